// The output of the `local` commands with --json.
import * as z from 'zod';

export const LocalOutput = z.strictObject({
  status: z.enum(['up', 'down']),
  endpoint: z.string().nullable(),
  outputs: z.record(z.string(), z.string()),
  emulator: z.enum(['started', 'running', 'stopped', 'not ours']),
  worker: z.enum(['running', 'stopped']),
});
export type LocalOutput = z.infer<typeof LocalOutput>;

// The output of a failed command with --json.
import * as z from 'zod';

export const ErrorOutput = z.strictObject({
  error: z.strictObject({ message: z.string(), next: z.string().nullable(), exitCode: z.int() }),
});
export type ErrorOutput = z.infer<typeof ErrorOutput>;

// What a worker returns when it stops.
import * as z from 'zod';

export const WorkerOutput = z.strictObject({
  jobs: z.array(z.strictObject({ runId: z.string(), status: z.string() })),
});
export type WorkerOutput = z.infer<typeof WorkerOutput>;

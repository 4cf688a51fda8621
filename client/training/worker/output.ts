// The output of a worker when it stops.
import * as z from 'zod';

export const WorkerOutput = z.strictObject({
  /** `runId`: of a training; of an indexing, the id of the snapshot. */
  jobs: z.array(z.strictObject({ runId: z.string(), status: z.string() })),
});
export type WorkerOutput = z.infer<typeof WorkerOutput>;

// What one process measures of each stage.
import * as z from 'zod';

export const MeasuredStage = z.object({
  stage: z.string(),
  items: z.number(),
  /** Of the process and the ones that it started. */
  cpuSeconds: z.number(),
  /** Of the process itself. */
  peakMiB: z.number(),
});
export type MeasuredStage = z.infer<typeof MeasuredStage>;

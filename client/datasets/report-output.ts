// The output of `report`, as a document that programs can rely on.
import * as z from 'zod';
import { GateDecision } from '#core/snapshot/messages.ts';
import { Advice } from '#core/snapshot/quality/advice.ts';
import { Quality } from '#core/snapshot/quality/quality.ts';

export const ReportOutput = z.strictObject({
  dataset: z.string(),
  /** False: it is about the newest snapshot, because this user may not make one of the present data. */
  current: z.boolean(),
  /** The page, on this machine. */
  file: z.string(),
  gate: GateDecision,
  /** First the steps that open the gate, then those that raise the total score most. */
  next: z.array(Advice),
  quality: Quality,
});
export type ReportOutput = z.infer<typeof ReportOutput>;

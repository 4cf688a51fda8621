// What `report` returns, as a document that programs may rely on.
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
  /** First what keeps the gate closed, then what raises the total score most. */
  next: z.array(Advice),
  quality: Quality,
});
export type ReportOutput = z.infer<typeof ReportOutput>;

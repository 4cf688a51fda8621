// The output of `put`, as a document that programs can rely on.
import * as z from 'zod';
import { IssueCounts } from '#core/kinds/define/issue.ts';
import { Remark } from '#core/kinds/define/remark.ts';
import { Shortfall } from '#core/snapshot/messages.ts';
import { StatusOutput, UploadCounts } from '../datasets/output.ts';

/** The status of the dataset after the upload, and the verdicts on the new uploads. */
export const PutOutput = StatusOutput.extend({
  put: z.strictObject({
    /** Keys of the objects sent, and of those that were there already with the same content. */
    uploaded: z.array(z.string()),
    unchanged: z.array(z.string()),
    /** Files in both, those inside archives counted singly. */
    files: z.int(),
    /** What happened to dataset.yaml: `unchanged` if the given one is already in force. */
    config: z.enum(['sent', 'unchanged', 'none']),
    uploads: UploadCounts,
    items: z.strictObject({ accepted: z.int(), rejected: z.int() }),
    byIssue: IssueCounts,
    /** The part of `byIssue` that counts accepted items. */
    flagged: IssueCounts,
    /** Accepted items that were changed, by rule. */
    fixed: IssueCounts,
    /** Remarks on the upload, with the files that were not sent. */
    remarks: z.array(Remark),
    seconds: z.number(),
  }),
  /** The items that a training still lacks, if all accepted ones are distinct; null if there are enough. */
  missing: Shortfall.nullable(),
});
export type PutOutput = z.infer<typeof PutOutput>;

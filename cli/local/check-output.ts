// The output of `check` with --json.
import * as z from 'zod';
import { EffectiveConfig } from '#core/kinds/config.ts';
import { Change } from '#core/kinds/define/change.ts';
import { Issue, IssueCounts } from '#core/kinds/define/issue.ts';
import { Remark } from '#core/kinds/define/remark.ts';
import { CheckPreview } from './preview.ts';

export const CheckOutput = z.strictObject({
  kind: z.string().nullable(),
  config: EffectiveConfig.nullable(),
  items: z.strictObject({
    accepted: z.int(),
    rejected: z.int(),
    byIssue: IssueCounts,
    /** Accepted items that were changed, by rule. */
    fixed: IssueCounts,
  }),
  remarks: z.array(Remark),
  files: z.array(
    z.strictObject({
      file: z.string(),
      verdict: z.enum(['accepted', 'partly', 'rejected']),
      accepted: z.int(),
      rejected: z.int(),
      byIssue: IssueCounts,
      /**
       * The changes that rules made to accepted items, the most frequent first, with the first places before and after.
       */
      changes: z.array(Change),
      /** The first few; `--show N` shows more. */
      issues: z.array(Issue),
      /** Items kept and marked, by code, the rarest first: how many, and where the first few are, with the extent of it if there is one. */
      flagged: z.array(
        z.strictObject({
          code: Issue.shape.code,
          items: z.int().min(1),
          first: z.array(Issue.shape.place.extend({ note: z.string().optional() })),
        }),
      ),
      /** With `--rows N`: the first N accepted rows or texts as stored, beside the original rows. */
      preview: CheckPreview.optional(),
    }),
  ),
});
export type CheckOutput = z.infer<typeof CheckOutput>;

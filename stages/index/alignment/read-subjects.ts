// Reads where the common subject lies in each item, and decides which items do not show it.

import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { type RuleSetting, thresholdOf } from '#core/kinds/define/rule.ts';
import type { IssueCode } from '#core/kinds/issues.ts';
import {
  AlignedUnit,
  type AlignmentPlan,
  alignedReceipt,
  alignmentUnits,
  type Subject,
} from '#core/snapshot/alignment.ts';
import type { SnapshotIndex } from '#core/snapshot/messages.ts';
import { quantile, sortedNumbers } from '#core/snapshot/statistics/robust.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { mapLimit } from '#core/store/map-limit.ts';
import type { Store } from '#core/store/store.ts';

const READS_AT_ONCE = 16;

export type Subjects = {
  readonly aligned: NonNullable<SnapshotIndex['aligned']>;
  /** One subject for each item of the parts, in their order. */
  readonly all: readonly Subject[];
  /** The least score of an item that shows the subject; null if the rule is off, or if the items have no common subject. */
  readonly least: number | null;
  /** The issue of an item, if its score is too low. */
  readonly flagsOf: (item: number) => readonly IssueCode[];
  /** Returns whether the rule leaves the item out. */
  readonly excludes: (item: number) => boolean;
};

/** Throws CorruptObjectError if a unit has no receipt, or another number of items than planned. */
export async function readSubjects(
  data: Store,
  plan: AlignmentPlan,
  code: IssueCode,
  rule: RuleSetting,
): Promise<Subjects> {
  const { dataset, snapshotId, unitItems } = plan;
  const receipts = await mapLimit(alignmentUnits(plan), READS_AT_ONCE, async ({ unit, items }) => {
    const key = keys.snapshot(dataset, snapshotId, alignedReceipt(unit));
    const receipt = (await readJson(data, key, AlignedUnit))?.value;
    if (receipt?.subjects.length !== items)
      throw new GoldpanError(FAILURE.corruptObject, `${key} does not match the plan. Start assemble again.`);
    return receipt;
  });
  const units = receipts.map(({ file, sha256, subjects }) => ({ file, sha256, items: subjects.length }));
  const all = receipts.flatMap(({ subjects }) => subjects);
  const median = medianOf(all);
  const isJudged = rule.action !== 'off' && median >= thresholdOf(rule, 'minMedian');
  const least = isJudged ? thresholdOf(rule, 'min') * median : null;
  const isLow = (item: number) => least !== null && (all[item] as Subject).score < least;
  return {
    aligned: { unitItems, units },
    all,
    least,
    flagsOf: (item) => (isLow(item) ? [code] : []),
    excludes: (item) => rule.action === 'reject' && isLow(item),
  };
}

function medianOf(subjects: readonly Subject[]): number {
  const scores = sortedNumbers(Float64Array.from(subjects, ({ score }) => score));
  return scores.length === 0 ? 0 : quantile(scores, 0.5);
}

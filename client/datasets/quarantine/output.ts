// The output of the calls about rejected items, as documents that programs can rely on.
import * as z from 'zod';
import { Issue, IssueCounts } from '#core/kinds/define/issue.ts';
import { WaiverMode } from '#core/kinds/waiver.ts';
import { RejectedItem } from '../output.ts';

/** `id`: the item's name on the command line. `kept`: the data of the item in quarantine, in addition to its issues. */
export const HeldItem = z.strictObject({
  id: z.string(),
  key: z.string(),
  unit: z.string(),
  path: z.string(),
  line: z.int().nullable(),
  issues: z.array(Issue),
  kept: z.enum(['row', 'bytes', 'nothing']),
});
export type HeldItem = z.infer<typeof HeldItem>;

const RejectedCount = z.strictObject({ key: z.string(), rejected: z.int(), byIssue: IssueCounts });

export const QuarantineOutput = z.strictObject({
  dataset: z.string(),
  kind: z.string().nullable(),
  configId: z.string().nullable(),
  /** Items in quarantine now: rejected and not released. */
  held: z.int(),
  /** Rejected as well, but counted only: the quarantine of a unit is capped. */
  countedOnly: z.int(),
  byIssue: IssueCounts,
  /** The most rejected first. */
  uploads: z.array(RejectedCount),
  /** Files that several items were rejected of. */
  files: z.array(RejectedCount.extend({ path: z.string() })),
  /** All of them with --json, else as many as asked for. */
  items: z.array(HeldItem),
  /** Whole uploads, which have no items. */
  refused: z.array(RejectedItem),
});
export type QuarantineOutput = z.infer<typeof QuarantineOutput>;

const Way = z.strictObject({ code: Issue.shape.code, release: z.boolean(), fix: z.boolean() });

export const HeldItemOutput = z.strictObject({
  dataset: z.string(),
  item: HeldItem,
  /** The issues in words, in the same order. */
  sentences: z.array(z.string()),
  /** The possible actions for each code. */
  ways: z.array(Way),
  /** The row or document itself. */
  row: z.string().nullable(),
  /** Location of the item's bytes. */
  bytes: z.strictObject({ bucket: z.string(), key: z.string() }).nullable(),
  source: z.strictObject({ bucket: z.string(), key: z.string(), versionId: z.string() }),
  /** Written with --out. */
  file: z.string().nullable(),
});
export type HeldItemOutput = z.infer<typeof HeldItemOutput>;

export const ReleaseOutput = z.strictObject({
  dataset: z.string(),
  mode: WaiverMode,
  /** Records kept in the data bucket below waivers/. */
  waivers: z.array(z.string()),
  accepted: z.int(),
  /** Items that were rejected again, for other reasons. */
  rejected: z.array(HeldItem),
  /** Not tried, and why. */
  impossible: z.array(HeldItem.pick({ id: true, path: true, line: true }).extend({ reason: z.string() })),
});
export type ReleaseOutput = z.infer<typeof ReleaseOutput>;

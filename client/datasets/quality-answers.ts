// The documents that --json prints of the verbs about good and bad items. Programs may rely on them.
import * as z from 'zod';
import { EffectiveConfig } from '#core/kinds/config.ts';
import { Issue, IssueCounts } from '#core/kinds/define/issue.ts';
import { WaiverMode } from '#core/kinds/waiver.ts';
import { GateDecision } from '#core/snapshot/messages.ts';
import { Advice } from '#core/snapshot/quality/advice.ts';
import { Quality } from '#core/snapshot/quality/quality.ts';
import { RejectedItem } from '../answers.ts';

/** `id` names the item on the command line. `kept`: what of it lies in quarantine besides its issues. */
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

const Tally = z.strictObject({ key: z.string(), rejected: z.int(), byIssue: IssueCounts });

export const QuarantineAnswer = z.strictObject({
  dataset: z.string(),
  kind: z.string().nullable(),
  configId: z.string().nullable(),
  /** Items in quarantine now: rejected and not released. */
  held: z.int(),
  /** Rejected as well, but counted only: the quarantine of a unit is capped. */
  countedOnly: z.int(),
  byIssue: IssueCounts,
  /** The most rejected first. */
  uploads: z.array(Tally),
  /** Files that several items were rejected of. */
  files: z.array(Tally.extend({ path: z.string() })),
  /** All of them with --json, else as many as asked for. */
  items: z.array(HeldItem),
  /** Whole uploads, which have no items. */
  refused: z.array(RejectedItem),
});
export type QuarantineAnswer = z.infer<typeof QuarantineAnswer>;

const Way = z.strictObject({ code: Issue.shape.code, release: z.boolean(), fix: z.boolean() });

export const HeldItemAnswer = z.strictObject({
  dataset: z.string(),
  item: HeldItem,
  /** In words, in the order of the item's issues. */
  sentences: z.array(z.string()),
  /** What may be done about each code. */
  ways: z.array(Way),
  /** The row or document itself. */
  row: z.string().nullable(),
  /** Where its bytes are. */
  bytes: z.strictObject({ bucket: z.string(), key: z.string() }).nullable(),
  source: z.strictObject({ bucket: z.string(), key: z.string(), versionId: z.string() }),
  /** Written with --out. */
  file: z.string().nullable(),
});
export type HeldItemAnswer = z.infer<typeof HeldItemAnswer>;

export const ReleaseAnswer = z.strictObject({
  dataset: z.string(),
  mode: WaiverMode,
  /** Records kept in the data bucket below waivers/. */
  waivers: z.array(z.string()),
  accepted: z.int(),
  /** Rejected once more, for other reasons. */
  rejected: z.array(HeldItem),
  /** Not tried, and why. */
  impossible: z.array(HeldItem.pick({ id: true, path: true, line: true }).extend({ reason: z.string() })),
});
export type ReleaseAnswer = z.infer<typeof ReleaseAnswer>;

export const CheckAnswer = z.strictObject({
  kind: z.string().nullable(),
  config: EffectiveConfig.nullable(),
  items: z.strictObject({ accepted: z.int(), rejected: z.int(), byIssue: IssueCounts }),
  files: z.array(
    z.strictObject({
      file: z.string(),
      verdict: z.enum(['accepted', 'partly', 'rejected']),
      accepted: z.int(),
      rejected: z.int(),
      byIssue: IssueCounts,
      /** The first few; `--show N` gives more. */
      issues: z.array(Issue),
      /** Items kept and marked, by code, the rarest first: how many, and where the first few are. */
      flagged: z.array(
        z.strictObject({ code: Issue.shape.code, items: z.int().min(1), first: z.array(Issue.shape.place) }),
      ),
    }),
  ),
});
export type CheckAnswer = z.infer<typeof CheckAnswer>;

export const ReportAnswer = z.strictObject({
  dataset: z.string(),
  /** Whether it is of what counts now; else of the newest snapshot, for want of a right to make one. */
  current: z.boolean(),
  /** The page, on this machine. */
  file: z.string(),
  gate: GateDecision,
  /** What holds training back, then what raises the total most. */
  next: z.array(Advice),
  quality: Quality,
});
export type ReportAnswer = z.infer<typeof ReportAnswer>;

// Computes the four dimensions of quality and their total from the counts of index. docs/quality.md explains the formulas.
import * as z from 'zod';
import type { IssueCounts } from '../../kinds/define/issue.ts';
import { DIMENSIONS } from '../../kinds/define/issue-kind.ts';
import { ISSUES, type IssueCode } from '../../kinds/issues.ts';
import { COUNTED_APART, type Evidence } from './facts.ts';

export type Dimension = (typeof DIMENSIONS)[number];

/**
 * Weight of each dimension in the total. The weight of a dimension that is not judged is distributed among the others.
 */
export const DIMENSION_WEIGHTS = { accuracy: 0.35, completeness: 0.25, consistency: 0.25, timeliness: 0.15 } as const;

/** Loss of its dimension for one item with a finding, from 0 (none) to 1 (as if the item were missing). */
export const WEIGHTS = {
  rejected: 1,
  flagged: 0.5,
  mended: 0.1,
  exactDuplicates: 0.5,
  nearDuplicates: 0.5,
  conflicting: 1,
  outliers: 0.5,
  unlabelled: 1,
  missingCells: 1,
  stale: 1,
} as const;
export type QualityFinding = keyof typeof WEIGHTS;

/** Fixes that only change the form of a value, not its content; they do not lower a score. */
const FORM_ONLY: ReadonlySet<IssueCode> = new Set([
  'image.other-size',
  'image.orientation',
  'audio.level',
  'audio.edge-silence',
  'audio.too-long',
  'audio.cut',
  'audio.padded',
]);
const DIGITS = 4;

const score = z.number().min(0).max(1).nullable();
export const Scores = z.strictObject({
  total: score,
  accuracy: score,
  completeness: score,
  consistency: score,
  timeliness: score,
});
/** Scores from 0 to 1; null if there was nothing to judge. */
export type Scores = z.infer<typeof Scores>;

/**
 * A finding that lowers a score. share: share of the checked items or cells. loss: increase of the dimension if the share were 0.
 */
export const Loss = z.strictObject({
  dimension: z.enum(DIMENSIONS),
  finding: z.enum(Object.keys(WEIGHTS) as [QualityFinding, ...QualityFinding[]]),
  code: z.enum(Object.keys(ISSUES) as [IssueCode, ...IssueCode[]]).nullable(),
  items: z.int().min(1),
  share: z.number().min(0).max(1),
  weight: z.number().min(0).max(1),
  loss: z.number().min(0).max(1),
  /** Points that the total would gain; null if the dimension is not judged. */
  gain: z.number().min(0).max(1).nullable(),
});
export type Loss = z.infer<typeof Loss>;
export type Scored = { readonly scores: Scores; readonly losses: Loss[] };

type Factor = Pick<Loss, 'dimension' | 'finding' | 'code' | 'items' | 'share' | 'weight'>;
type Judged = Readonly<Record<Dimension, number | null>>;

/**
 * Computes the scores. A dimension is the product of 1 - weight * share over its findings; the total is the weighted geometric mean of the
 * judged dimensions. Adding a defect to a good item, or adding a bad or repeated item, never raises a score.
 */
export function scoreOf(evidence: Evidence): Scored {
  const { accepted, rejected } = evidence.items;
  if (accepted + rejected === 0) return { scores: withTotal(allOf(null)), losses: [] };
  const factors = factorsOf(evidence).filter(({ items }) => items > 0);
  const judged: Judged =
    accepted === 0 ? { ...allOf(0), timeliness: evidence.freshness ? 0 : null } : scoreEvidence(evidence, factors);
  const total = totalOf(judged);
  const losses = factors.map((factor): Loss => {
    const others = factors.filter((other) => other !== factor);
    const without = accepted === 0 ? judged : scoreEvidence(evidence, others);
    const before = judged[factor.dimension];
    const loss = before === null ? 0 : (without[factor.dimension] as number) - before;
    const gain = before === null ? null : rounded((totalOf(without) as number) - (total as number));
    return { ...factor, share: rounded(factor.share), loss: rounded(loss), gain };
  });
  return { scores: withTotal(judged), losses: losses.sort(byGain) };
}

function scoreEvidence(evidence: Evidence, factors: readonly Factor[]): Judged {
  const judged = { ...allOf(1), timeliness: evidence.freshness ? 1 : null } as Record<Dimension, number | null>;
  for (const { dimension, share, weight } of factors) {
    const before = judged[dimension];
    if (before !== null) judged[dimension] = before * (1 - weight * share);
  }
  return judged;
}

/** Shares are relative to good items, so that one more defect of a kind never lowers the share of another kind. */
function factorsOf(evidence: Evidence): Factor[] {
  const { items, cells, freshness, unlabelled } = evidence;
  const good = items.distinct - evidence.nearDuplicates;
  const beside = (count: number) => (count === 0 ? 0 : count / (good + count));
  const among = (count: number) => (count === 0 ? 0 : Math.min(1, count / Math.max(1, good)));
  const named = (
    dimension: Dimension,
    finding: QualityFinding,
    code: IssueCode | null,
    count: number,
    share: number,
  ): Factor => ({
    dimension,
    finding,
    code,
    items: count,
    share,
    weight: WEIGHTS[finding],
  });
  const coded = (counts: IssueCounts, finding: 'rejected' | 'flagged' | 'mended', share: (count: number) => number) =>
    (Object.entries(counts) as [IssueCode, number][])
      .filter(([code]) => !(finding === 'mended' && FORM_ONLY.has(code)) && !COUNTED_APART.some((one) => one === code))
      .map(([code, count]) => named(ISSUES[code].dimension, finding, code, count, share(count)));
  return [
    ...coded(evidence.rejected, 'rejected', beside),
    ...coded(evidence.flagged, 'flagged', among),
    ...coded(evidence.mended, 'mended', among),
    named(
      'consistency',
      'exactDuplicates',
      'item.duplicate',
      evidence.exactDuplicates,
      beside(evidence.exactDuplicates),
    ),
    named(
      'consistency',
      'nearDuplicates',
      'item.near-duplicate',
      evidence.nearDuplicates,
      beside(evidence.nearDuplicates),
    ),
    named('consistency', 'conflicting', null, evidence.conflicting, among(evidence.conflicting)),
    named('accuracy', 'outliers', 'item.outlier', evidence.outliers, among(evidence.outliers)),
    named('completeness', 'unlabelled', 'item.no-label', unlabelled ?? 0, among(unlabelled ?? 0)),
    named('completeness', 'missingCells', null, cells?.missing ?? 0, shareOf(cells?.missing ?? 0, cells?.total ?? 0)),
    named(
      'timeliness',
      'stale',
      'table.stale',
      freshness?.stale ?? 0,
      shareOf(freshness?.stale ?? 0, freshness?.judged ?? 0),
    ),
  ];
}

function totalOf(judged: Judged): number | null {
  const there = DIMENSIONS.filter((dimension) => judged[dimension] !== null);
  const weight = there.reduce((sum, dimension) => sum + DIMENSION_WEIGHTS[dimension], 0);
  if (weight === 0) return null;
  return there.reduce(
    (product, dimension) => product * (judged[dimension] as number) ** (DIMENSION_WEIGHTS[dimension] / weight),
    1,
  );
}

function withTotal(judged: Judged): Scores {
  const total = totalOf(judged);
  const round = (value: number | null) => (value === null ? null : rounded(value));
  return {
    total: round(total),
    accuracy: round(judged.accuracy),
    completeness: round(judged.completeness),
    consistency: round(judged.consistency),
    timeliness: round(judged.timeliness),
  };
}

function allOf(value: number | null): Record<Dimension, number | null> {
  return { accuracy: value, completeness: value, consistency: value, timeliness: value };
}

function byGain(a: Loss, b: Loss): number {
  return (
    (b.gain ?? 0) - (a.gain ?? 0) || b.items - a.items || (`${a.finding}${a.code}` < `${b.finding}${b.code}` ? -1 : 1)
  );
}

function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.min(1, part / whole);
}

function rounded(value: number): number {
  return Math.min(1, Math.max(0, Number(value.toFixed(DIGITS))));
}

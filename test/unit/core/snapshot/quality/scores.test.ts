import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DIMENSIONS } from '#core/kinds/define/issue-kind.ts';
import { ISSUES, type IssueCode } from '#core/kinds/issues.ts';
import { COUNTED_APART, type Evidence } from '#core/snapshot/quality/facts.ts';
import { Loss, Scores, scoreOf } from '#core/snapshot/quality/scores.ts';
import { evidenceOf } from '../../pages/quality/evidence.ts';

const scoresOf = (changes: Partial<Evidence>) => scoreOf(evidenceOf(changes)).scores;
const CODES = (Object.keys(ISSUES) as IssueCode[]).filter((code) => !COUNTED_APART.some((one) => one === code));

test('a dataset without a fault scores 1 in all that can be judged; how old it is cannot', () => {
  expect(scoresOf({})).toEqual({ total: 1, accuracy: 1, completeness: 1, consistency: 1, timeliness: null });
  expect(scoreOf(evidenceOf()).losses).toEqual([]);
});

test('nothing at all scores nothing; nothing but rejected items scores 0', () => {
  const none = { items: { accepted: 0, rejected: 0, distinct: 0 } };
  expect(scoresOf(none)).toEqual({
    total: null,
    accuracy: null,
    completeness: null,
    consistency: null,
    timeliness: null,
  });
  const bad = { items: { accepted: 0, rejected: 5, distinct: 0 }, rejected: { 'image.corrupt': 5 } } as const;
  expect(scoresOf(bad)).toEqual({ total: 0, accuracy: 0, completeness: 0, consistency: 0, timeliness: null });
});

test('each finding takes its weight times its share from its own dimension, as docs/quality.md says', () => {
  const items = { accepted: 900, rejected: 100, distinct: 900 };
  expect(scoresOf({ items, rejected: { 'image.corrupt': 100 } })).toMatchObject({ accuracy: 0.9, consistency: 1 });
  expect(scoresOf({ flagged: { 'image.blurry': 100 } }).accuracy).toBe(0.95);
  expect(scoresOf({ mended: { 'image.channels': 100 } }).consistency).toBe(0.99);
  // A recording is cut where dataset.yaml says so: clips do not get worse by it.
  expect(scoresOf({ mended: { 'audio.cut': 100 } }).consistency).toBe(1);
  expect(scoresOf({ mended: { 'image.other-size': 1000 } }).consistency).toBe(1);
  expect(scoresOf({ conflicting: 100 }).consistency).toBe(0.9);
  expect(scoresOf({ unlabelled: 250 }).completeness).toBe(0.75);
  expect(scoresOf({ outliers: 10 }).accuracy).toBe(0.995);
  expect(scoresOf({ nearDuplicates: 500 }).consistency).toBe(0.75);
  expect(scoresOf({ items: { accepted: 1250, rejected: 0, distinct: 1000 }, exactDuplicates: 250 }).consistency).toBe(
    0.9,
  );
  expect(scoresOf({ cells: { total: 10_000, missing: 700 } }).completeness).toBe(0.93);
  expect(scoresOf({ freshness: { judged: 1000, stale: 40 } }).timeliness).toBe(0.96);
});

test('the total is the geometric mean by weight; what is not judged leaves its weight to the others', () => {
  expect(scoresOf({ flagged: { 'image.blurry': 1000 } }).total).toBeCloseTo(0.5 ** (0.35 / 0.85), 4);
  expect(scoresOf({ freshness: { judged: 10, stale: 5 } }).total).toBeCloseTo(0.5 ** 0.15, 4);
});

test('a finding on every item does not make a rare one of the same dimension count for more', () => {
  const all = { 'item.personal-data': 1000 } as const;
  const { consistency } = scoresOf({ flagged: all });
  expect(scoresOf({ flagged: { ...all, 'image.odd-aspect': 1 } }).consistency).toBeGreaterThan(
    (consistency as number) - 0.001,
  );
});

test('losses say what would be gained, the greatest first', () => {
  const { losses, scores } = scoreOf(
    evidenceOf({ flagged: { 'image.blurry': 10, 'image.dark': 300 }, conflicting: 5 }),
  );
  expect(losses.map(({ finding, code, items }) => [finding, code, items])).toEqual([
    ['flagged', 'image.dark', 300],
    ['flagged', 'image.blurry', 10],
    ['conflicting', null, 5],
  ]);
  const fixed = scoreOf(evidenceOf({ flagged: { 'image.blurry': 10 }, conflicting: 5 })).scores;
  expect(losses[0]?.gain).toBeCloseTo((fixed.total as number) - (scores.total as number), 3);
  for (const loss of losses) expect(Loss.parse(loss)).toEqual(loss);
});

/** A dataset in which some items have defects, and what one defect more makes of it. */
type Plant = {
  readonly code: IssueCode;
  readonly how:
    | 'reject'
    | 'addRejected'
    | 'flag'
    | 'mend'
    | 'copy'
    | 'near'
    | 'outlier'
    | 'conflict'
    | 'unlabel'
    | 'empty'
    | 'stale';
};
const plants = fc.array(
  fc.record<Plant>({
    code: fc.constantFrom(...CODES),
    how: fc.constantFrom(
      'reject',
      'addRejected',
      'flag',
      'mend',
      'copy',
      'near',
      'outlier',
      'conflict',
      'unlabel',
      'empty',
      'stale',
    ),
  }),
  { minLength: 1, maxLength: 40 },
);

test('one planted defect more raises no score, whatever was planted before', () => {
  fc.assert(
    fc.property(plants, fc.integer({ min: 41, max: 3000 }), fc.boolean(), (defects, items, dated) => {
      let evidence = evidenceOf({
        items: { accepted: items, rejected: 0, distinct: items },
        cells: { total: items * 4, missing: 0 },
        freshness: dated ? { judged: items, stale: 0 } : null,
      });
      let before = scoreOf(evidence).scores;
      for (const defect of defects) {
        evidence = planted(evidence, defect);
        const { scores, losses } = scoreOf(evidence);
        expect(Scores.parse(scores)).toEqual(scores);
        for (const name of ['total', ...DIMENSIONS] as const)
          expect(scores[name] ?? 0, `${name} after ${defect.how} ${defect.code}`).toBeLessThanOrEqual(
            before[name] ?? 0,
          );
        expect(losses.every(({ loss, gain }) => loss >= 0 && (gain ?? 0) >= 0)).toBe(true);
        before = scores;
      }
    }),
    { numRuns: 200 },
  );
});

function planted(evidence: Evidence, { code, how }: Plant): Evidence {
  const { items, cells, freshness } = evidence;
  const more = <T extends Record<string, number>>(counts: T): T => ({
    ...counts,
    [code]: ((counts as Record<string, number>)[code] ?? 0) + 1,
  });
  if (how === 'reject')
    return {
      ...evidence,
      items: { accepted: items.accepted - 1, rejected: items.rejected + 1, distinct: items.distinct - 1 },
      rejected: more(evidence.rejected),
    };
  if (how === 'addRejected')
    return { ...evidence, items: { ...items, rejected: items.rejected + 1 }, rejected: more(evidence.rejected) };
  if (how === 'flag') return { ...evidence, flagged: more(evidence.flagged) };
  if (how === 'mend') return { ...evidence, mended: more(evidence.mended) };
  if (how === 'copy')
    return {
      ...evidence,
      items: { ...items, accepted: items.accepted + 1 },
      exactDuplicates: evidence.exactDuplicates + 1,
    };
  if (how === 'near')
    return {
      ...evidence,
      items: { ...items, accepted: items.accepted + 1, distinct: items.distinct + 1 },
      nearDuplicates: evidence.nearDuplicates + 1,
    };
  if (how === 'outlier') return { ...evidence, outliers: evidence.outliers + 1 };
  if (how === 'conflict') return { ...evidence, conflicting: evidence.conflicting + 1 };
  if (how === 'unlabel') return { ...evidence, unlabelled: (evidence.unlabelled ?? 0) + 1 };
  if (how === 'empty') return { ...evidence, cells: cells && { ...cells, missing: cells.missing + 1 } };
  return { ...evidence, freshness: freshness && { ...freshness, stale: freshness.stale + 1 } };
}

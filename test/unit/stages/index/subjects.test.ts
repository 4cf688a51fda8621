// Which items of an aligned snapshot do not show the common subject.
import { expect, test } from 'vitest';
import { ruleSchema } from '#core/kinds/define/rule.ts';
import { IMAGE_RULES } from '#core/kinds/image/rules.ts';
import { type AlignmentPlan, alignedReceipt, alignmentUnits, unitItemsOf } from '#core/snapshot/alignment.ts';
import { writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import { readSubjects } from '#stages/index/alignment/read-subjects.ts';

const CODE = 'image.no-common-subject';

async function subjectsOf(scores: readonly number[], rule: Record<string, unknown> = {}) {
  const data = memoryStore({ bucket: 'data' });
  const plan: AlignmentPlan = {
    schemaVersion: 1,
    dataset: 'd',
    snapshotId: 's',
    image: { width: 64, height: 64, channels: 3, fit: 'subject' },
    labels: 'none',
    parts: [{ key: 'parts/a', sha256: 'a', items: scores.length }],
    sidecars: [],
    unitItems: 2,
  };
  for (const { unit, first, items } of alignmentUnits(plan)) {
    const subjects = scores.slice(first, first + items).map((score, i) => ({
      itemId: `item ${first + i}`,
      left: 1,
      top: 2,
      side: 3,
      score,
    }));
    const receipt = { schemaVersion: 1, unit, file: `${unit}.npy`, sha256: 'b', subjects };
    await writeJson(data, keys.snapshot('d', 's', alignedReceipt(unit)), receipt);
  }
  return readSubjects(data, plan, CODE, ruleSchema(IMAGE_RULES[CODE]).parse(rule));
}

const lowOf = ({ all, flagsOf }: Awaited<ReturnType<typeof subjectsOf>>) =>
  [...all.keys()].filter((item) => flagsOf(item).length > 0);

test('an item whose score is low beside the median is left out', async () => {
  const subjects = await subjectsOf([0.5, 0.4, 0.2, 0.45, 0.27]);
  expect(subjects.least).toBeCloseTo(0.26);
  expect(lowOf(subjects)).toEqual([2]);
  expect(subjects.excludes(2)).toBe(true);
  expect(subjects.excludes(4)).toBe(false);
  expect(subjects.aligned.units.map(({ items }) => items)).toEqual([2, 2, 1]);
});

test('the threshold is a setting; flag leaves nothing out, off looks for nothing', async () => {
  const scores = [0.5, 0.4, 0.2, 0.45, 0.27];
  expect(lowOf(await subjectsOf(scores, { min: 0.9 }))).toEqual([2, 4]);
  const flagged = await subjectsOf(scores, { action: 'flag' });
  expect([lowOf(flagged), flagged.excludes(2)]).toEqual([[2], false]);
  expect((await subjectsOf(scores, { action: 'off' })).least).toBeNull();
});

test('where the median is low, the images have no common subject and none is judged', async () => {
  const scores = [0.3, 0.25, 0.05, 0.28];
  expect(lowOf(await subjectsOf(scores))).toEqual([]);
  expect(lowOf(await subjectsOf(scores, { minMedian: 0.2 }))).toEqual([2]);
});

test('a unit holds at most as many items as one call aligns, and there are at most 800', () => {
  expect(unitItemsOf(10)).toBe(256);
  for (const items of [1, 256, 257, 300_000, 2_000_001]) {
    const unitItems = unitItemsOf(items);
    const units = alignmentUnits({ parts: [{ key: 'a', sha256: 'a', items }], unitItems });
    expect(units.length).toBeLessThanOrEqual(800);
    expect(units.reduce((sum, unit) => sum + unit.items, 0)).toBe(items);
    expect(units.at(-1)?.first).toBe((units.length - 1) * unitItems);
  }
});

test('a missing receipt is a corrupt object', async () => {
  const data = memoryStore({ bucket: 'data' });
  const plan = { dataset: 'd', snapshotId: 's', parts: [{ key: 'a', sha256: 'a', items: 3 }], unitItems: 2 };
  await expect(
    readSubjects(data, plan as unknown as AlignmentPlan, CODE, ruleSchema(IMAGE_RULES[CODE]).parse({})),
  ).rejects.toMatchObject({ name: 'CorruptObjectError' });
});

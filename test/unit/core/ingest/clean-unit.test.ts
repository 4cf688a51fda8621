import { expect, test } from 'vitest';
import { cleanUnit } from '#core/ingest/clean-unit.ts';
import { type UnitMessage, Verdict } from '#core/ingest/messages.ts';
import { SupersededError } from '#core/ingest/unit-files.ts';
import { effectiveConfig } from '#core/kinds/config.ts';
import type { Cleaned } from '#core/kinds/define/cleaned.ts';
import { TEXT_KIND, TextDataset } from '#core/kinds/text/definition.ts';
import type { Waiver } from '#core/kinds/waiver.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';

type Item = { readonly path: string; readonly line: number; readonly flags: readonly [] };
type Step = Cleaned<Item> | Error;

const UNIT: UnitMessage = {
  dataset: 'texts',
  uploadId: 'u',
  configId: 'c',
  unit: '00000-of-00001',
  source: { key: 'texts/a.txt', versionId: 'v1', size: 9, etag: '"e"' },
  slice: { type: 'object' },
};
const accepted = (line: number): Step => ({ accepted: true, item: { path: 'a.txt', line, flags: [] } });
const rejected = (line: number, code: 'text.too-short' | 'text.too-long' = 'text.too-short'): Step => ({
  accepted: false,
  path: 'a.txt',
  issues: [{ code, place: { path: 'a.txt', line } }],
});

/** Cleans units whose files come to what `stepsOf` says. */
async function openCleaner(stepsOf: (message: UnitMessage) => readonly Step[]) {
  const data = memoryStore({ bucket: 'data' });
  await writeJson(data, keys.config('texts', 'c'), effectiveConfig({ kind: 'text' } as never, undefined));
  const written: string[] = [];
  const recording = {
    ...data,
    put(...given: Parameters<typeof data.put>) {
      written.push(given[0]);
      return data.put(...given);
    },
  };
  const clean = (message: UnitMessage) =>
    cleanUnit(
      message,
      { drop: memoryStore({ bucket: 'drop' }), data: recording },
      {
        schema: TextDataset,
        rules: TEXT_KIND.rules,
        async *clean(asked) {
          for (const step of stepsOf(asked)) {
            if (step instanceof Error) throw step;
            yield step;
          }
        },
        encode: (items: readonly Item[]) => new TextEncoder().encode(JSON.stringify(items)),
      },
    );
  const verdictOf = async (unit = UNIT.unit) => (await readJson(data, keys.verdict({ ...UNIT, unit }), Verdict))?.value;
  return { data, written, clean, verdictOf };
}

function waiverOf(waiverId: string, at: string, line: number): Waiver {
  const items: Waiver['items'] = [{ path: 'a.txt', line, codes: ['text.too-short'] }];
  const about = { dataset: 'texts', kind: 'text', configId: 'b', uploadId: 'u', unit: UNIT.unit, by: 'ann' } as const;
  const facts = { schemaVersion: 1, ...about, sourceKey: 'texts/a.txt', at } as const;
  return { ...facts, waiverId, mode: 'release', rules: ['text.too-short'], items };
}

test('a unit counts what is accepted and, by issue, what is rejected', async () => {
  const { clean, verdictOf } = await openCleaner(() => [accepted(1), rejected(2), rejected(3, 'text.too-long')]);
  expect(await clean(UNIT)).toMatchObject({ state: 'cleaned', accepted: 1, rejected: 2 });
  expect(await verdictOf()).toMatchObject({
    part: { items: 1 },
    items: { accepted: 1, rejected: 2 },
    byIssue: { 'text.too-short': 1, 'text.too-long': 1 },
  });
});

test('under a waiver only its items count, and what stays rejected was counted by issue before', async () => {
  const { clean, verdictOf } = await openCleaner(() => [
    accepted(1),
    rejected(2, 'text.too-long'),
    accepted(3),
    rejected(4),
  ]);
  const items = [2, 3].map((line) => ({ path: 'a.txt', line, codes: ['text.too-short' as const] }));
  const unit = `${UNIT.unit}.wx`;
  await clean({ ...UNIT, unit, waiver: { waiverId: 'x', mode: 'release', rules: ['text.too-short'], items } });
  const verdict = await verdictOf(unit);
  expect(verdict).toMatchObject({ items: { accepted: 1, rejected: 1 }, released: { 'text.too-short': 1 } });
  expect(verdict?.byIssue).toEqual({});
});

test('an object that is overwritten while it is read loses the items that were read already', async () => {
  const { clean, verdictOf } = await openCleaner(() => [accepted(1), accepted(2), new SupersededError()]);
  await clean(UNIT);
  expect(await verdictOf()).toMatchObject({
    part: null,
    items: { accepted: 0, rejected: 1 },
    byIssue: { 'upload.superseded': 1 },
  });
});

test('an error of ours is thrown and leaves no verdict', async () => {
  const { clean, verdictOf } = await openCleaner(() => [accepted(1), new Error('no memory')]);
  await expect(clean(UNIT)).rejects.toThrow('no memory');
  expect(await verdictOf()).toBeUndefined();
});

test('what was released under an earlier configuration is cleaned before the verdict of its unit, by its newest waiver', async () => {
  const { data, written, clean, verdictOf } = await openCleaner(({ waiver }) =>
    waiver ? [accepted(1), accepted(2)] : [rejected(1), rejected(2), accepted(3)],
  );
  await writeJson(data, keys.waiver('texts', 'w1'), waiverOf('w1', '2026-03-02T00:00:00Z', 1));
  await writeJson(data, keys.waiver('texts', 'w2'), waiverOf('w2', '2026-03-01T00:00:00Z', 1));
  await writeJson(data, keys.waiver('texts', 'w3'), waiverOf('w3', '2026-02-01T00:00:00Z', 2));
  await clean({ ...UNIT, waivers: ['w1', 'w2', 'w3'] });
  const verdicts = written.filter((key) => key.startsWith('verdicts/'));
  const unitsOf = ['.ww1', '.ww3', ''].map((ending) => keys.verdict({ ...UNIT, unit: UNIT.unit + ending }));
  expect(verdicts.toSorted()).toEqual(unitsOf.toSorted());
  expect(verdicts.at(-1)).toBe(keys.verdict(UNIT));
  expect((await verdictOf(`${UNIT.unit}.ww1`))?.items).toEqual({ accepted: 1, rejected: 0 });
});

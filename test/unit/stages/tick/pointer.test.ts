import { expect, test } from 'vitest';
import { Rollup } from '#core/ingest/rollup-messages.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import { movePointer } from '#stages/tick/pointer.ts';

const PLACE = { dataset: 'digits', configId: 'c' };
const NOTHING = { files: [], retired: [] };
const retired = (key: string) => ({ files: [], retired: [{ key, at: '2026-01-01T00:00:00.000Z' }] });

test('the pointer moves only from what was read: a pass that was overtaken moves nothing', async () => {
  const data = memoryStore();
  const stored = async () => (await readJson(data, keys.rollup('digits', 'c'), Rollup))?.value;
  const first = await movePointer(data, PLACE, undefined, NOTHING);
  expect(first?.value.generation).toBe(1);
  expect(await movePointer(data, PLACE, undefined, retired('late'))).toBeUndefined();
  const second = await movePointer(data, PLACE, first, retired('a'));
  expect(await stored()).toEqual(second?.value);
  expect(await movePointer(data, PLACE, first, retired('b'))).toBeUndefined();
  expect(await stored()).toEqual(second?.value);
});

import { expect, test } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import { openQuarantine } from '#core/ingest/quarantine.ts';
import type { Issue } from '#core/kinds/define/issue.ts';
import { memoryStore } from '#core/store/memory.ts';

const PLACE = { dataset: 'names', configId: 'c', uploadId: 'u', unit: '00000-of-00001' };

async function linesOf(count: number, row: string): Promise<number> {
  const data = memoryStore();
  const quarantine = openQuarantine(data, PLACE);
  for (let line = 1; line <= count; line++) {
    const issue: Issue = { code: 'text.too-short', place: { path: 'a.txt', line } };
    await quarantine.add({ accepted: false, path: 'a.txt', issues: [issue], row });
  }
  const key = await quarantine.close();
  const text = new TextDecoder().decode((await data.get(key ?? ''))?.body);
  return text.split('\n').length - 1;
}

test('a million bad rows make a quarantine of bounded length', async () => {
  expect(await linesOf(1_000_000, 'x')).toBe(LIMITS.quarantineLines);
});

test('long rows make a quarantine of bounded size', async () => {
  const lines = await linesOf(9_000, 'x'.repeat(16_384));
  expect(lines).toBeLessThan(9_000);
  expect(lines * 16_384).toBeLessThanOrEqual(LIMITS.quarantineLineBytes);
});

/** How many of files of these sizes are kept with their bytes. */
async function keptOf(sizes: readonly number[]): Promise<boolean[]> {
  const data = memoryStore();
  const quarantine = openQuarantine(data, PLACE);
  for (const [i, size] of sizes.entries()) {
    const bytes = new Uint8Array(size);
    bytes.set([i % 256, i >> 8].slice(0, size));
    await quarantine.add({ accepted: false, path: `${i}`, issues: [{ code: 'image.corrupt', place: {} }], bytes });
  }
  const key = await quarantine.close();
  const lines = new TextDecoder()
    .decode((await data.get(key ?? ''))?.body)
    .trim()
    .split('\n');
  return lines.map((line) => 'bytesSha256' in JSON.parse(line));
}

test('bytes are kept up to the limit, which includes the item itself', async () => {
  const most = LIMITS.quarantineBytes;
  expect(await keptOf([most - 2, 2, 2])).toEqual([true, true, false]);
  expect(await keptOf([most - 2, 3, 2])).toEqual([true, false, true]);
  expect(await keptOf([most + 1])).toEqual([false]);
});

test('the bytes of a limited number of items are kept, and empty files have none', async () => {
  const kept = await keptOf([0, ...Array<number>(LIMITS.quarantineItems + 1).fill(4)]);
  expect(kept.filter(Boolean)).toHaveLength(LIMITS.quarantineItems);
  expect([kept[0], kept.at(-1)]).toEqual([false, false]);
});

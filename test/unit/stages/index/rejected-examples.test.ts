import { expect, test } from 'vitest';
import type { Verdict } from '#core/ingest/messages.ts';
import { openQuarantine } from '#core/ingest/quarantine.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import { rejectedExamples } from '#stages/index/facts/rejected-examples.ts';

const PLACE = { dataset: 'pets', configId: 'c', uploadId: 'u', unit: '0' };

async function rejected(showRows = true) {
  const data = memoryStore({ bucket: 'data' });
  const quarantine = openQuarantine(data, PLACE);
  for (let i = 0; i < 20; i++)
    await quarantine.add({
      accepted: false,
      path: `${i}.png`,
      issues: [{ code: 'image.blurry', place: {}, given: '0.1' }],
      bytes: Uint8Array.of(i),
      row: `call ann@example.org, ${i}`,
    });
  const key = await quarantine.close();
  const verdict = {
    ...PLACE,
    quarantine: key,
    sourceKey: 'pets/a.zip',
    items: { accepted: 0, rejected: 20 },
    byIssue: { 'image.blurry': 20 },
    examples: [{ code: 'image.blurry', place: { path: '0.png' } }],
  } as unknown as Verdict;
  const refusals = [{ source: { key: 'pets/b.exe' }, issues: [{ code: 'upload.type-not-allowed', place: {} }] }];
  const details = { verdicts: [verdict], refusals } as unknown as Parameters<typeof rejectedExamples>[1];
  const byIssue = { 'upload.type-not-allowed': 1, 'image.blurry': 20 };
  return { data, found: await rejectedExamples(data, details, byIssue, showRows) };
}

test('a rejected item is shown by its bytes in quarantine, a refused upload by its reason', async () => {
  const { data, found } = await rejected();
  expect(found.map(({ code, items, examples }) => [code, items, examples.length])).toEqual([
    ['image.blurry', 20, 12],
    ['upload.type-not-allowed', 1, 1],
  ]);
  for (const [i, { item }] of (found[0]?.examples ?? []).entries()) {
    expect(item).toMatchObject({ path: `${i}.png`, source: 'pets/a.zip' });
    expect((await data.get(item.bytesKey ?? ''))?.body).toEqual(Uint8Array.of(i));
    expect(item.bytesKey?.startsWith(keys.quarantineOfUnit(PLACE).replace('.jsonl', '/'))).toBe(true);
    expect(item.row).not.toContain('ann@example.org');
    expect(item.row).toContain(`, ${i}`);
  }
  expect(found[1]?.examples[0]?.item).toMatchObject({ path: 'pets/b.exe', bytesKey: null });
});

test('rows of a table that holds personal data are not told', async () => {
  const { found } = await rejected(false);
  for (const { item } of found[0]?.examples ?? []) expect(item.row).toBeNull();
});

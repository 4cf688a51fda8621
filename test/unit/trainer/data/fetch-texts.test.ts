import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { passagesOf } from '#core/kinds/text/codec/passages.ts';
import { textCoder } from '#core/kinds/text/codec/text-codec.ts';
import type { ManifestOf } from '#core/snapshot/messages.ts';
import { memoryStore } from '#core/store/memory.ts';
import { codesFile } from '../../../../containers/trainer/data/coded-files.ts';
import { fetchTexts } from '../../../../containers/trainer/data/text/fetch-texts.ts';
import { decodePairs, decodeTexts } from '../../../../containers/trainer/data/text/show-texts.ts';
import { type SealedText, sealTexts } from '../../../fixtures/sealed-texts.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'goldpan-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const SNAPSHOT = { dataset: 'd', snapshotId: 's', configId: 'c' };
const sentence = (at: number) => `The ${['miner', 'river', 'pan'][at % 3]} of day ${at} is ${['old', 'wide'][at % 2]}.`;
const documentOf = (first: number, sentences: number) =>
  Array.from({ length: sentences }, (_, at) => sentence(first + at)).join(' ');

async function fetched(splits: Record<'train' | 'validation' | 'test', SealedText[]>) {
  const data = memoryStore();
  const manifest = (await sealTexts(data, SNAPSHOT, splits)) as ManifestOf<'text'>;
  return fetchTexts(data, manifest, folder, () => undefined);
}

test('long documents become passages of their own split, which end with sentences', async () => {
  const splits = {
    train: [{ text: documentOf(0, 60) }, { text: documentOf(60, 3) }],
    validation: [{ text: documentOf(100, 60) }],
    test: [{ text: documentOf(200, 2) }],
  };
  const { codec } = await fetched(splits);
  for (const split of ['train', 'validation', 'test'] as const) {
    const texts = decodeTexts(codec, new Uint8Array(readFileSync(codesFile(folder, split))));
    expect(texts).toEqual(splits[split].flatMap(({ text }) => passagesOf(text, 512)));
    expect(texts.every((text) => text.endsWith('.') && text.length <= 512)).toBe(true);
  }
  expect(codec.merges?.length).toBeGreaterThan(0);
  expect(codec.positions).toBeLessThan(256);
});

test('documents of up to 1,024 characters stay whole', async () => {
  const text = documentOf(0, 30).slice(0, 1000);
  const { codec } = await fetched({ train: [{ text }], validation: [{ text: 'a' }], test: [{ text: 'a' }] });
  expect(decodeTexts(codec, new Uint8Array(readFileSync(codesFile(folder, 'train'))))).toEqual([text]);
});

test('pairs have a codec for each side', async () => {
  const pairs = ['ab', 'ba', 'abab'].map((source) => ({ source, text: source.toUpperCase() }));
  const { codec, source } = await fetched({ train: pairs, validation: pairs, test: pairs.slice(1) });
  expect([codec.symbols, source?.symbols]).toEqual([
    ['A', 'B'],
    ['a', 'b'],
  ]);
  if (!source) throw new Error('no codec of the sources');
  expect(textCoder(source).positions).toBe(5);
  const read = decodePairs(codec, source, new Uint8Array(readFileSync(codesFile(folder, 'test'))));
  expect(read).toEqual(pairs.slice(1));
});

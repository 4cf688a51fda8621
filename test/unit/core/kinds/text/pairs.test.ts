import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { effectiveConfig } from '#core/kinds/config.ts';
import { parseDatasetFile } from '#core/kinds/dataset-file.ts';
import type { SourceFile } from '#core/kinds/define/cleaned.ts';
import { cleanTexts } from '#core/kinds/text/clean-texts.ts';
import { TEXT_KIND, type TextDataset } from '#core/kinds/text/definition.ts';
import { encodeTextPart, type TextItem } from '#core/kinds/text/part.ts';
import { minHashSimilarity } from '#core/similarity/min-hash.ts';
import { foundItem, rowKeysOf } from '#stages/index/items/found-item.ts';
import { decodeTextPart } from '../../../../fixtures/parts.ts';

const YAML = 'kind: text\ntext:\n  column: de\n  source: en\n  maxLength: 100\n';

function configOf(yaml = YAML): TextDataset {
  const file = parseDatasetFile(yaml);
  if (!file.ok) throw new Error(JSON.stringify(file.issues));
  return effectiveConfig(file.value, undefined) as TextDataset;
}

async function cleaned(content: string | Uint8Array, config = configOf()) {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  async function* files(): AsyncGenerator<SourceFile> {
    yield { ok: true, path: 'pairs', bytes };
  }
  const items: TextItem[] = [];
  const issues: string[] = [];
  for await (const one of cleanTexts(files, config, 'd/pairs')) {
    if (one.accepted === true) items.push(one.item as TextItem);
    else if (one.accepted === false) issues.push(...one.issues.map(({ code }) => code));
  }
  return { items, issues };
}
const shown = ({ items }: { items: readonly TextItem[] }) =>
  items.map(({ pairSource, bytes }) => [pairSource, new TextDecoder().decode(bytes)]);

const PAIRS = [
  ['Good morning', 'Guten Morgen'],
  ['e\u0301tude', 'Übung  '],
];
const CLEAN = [
  ['Good morning', 'Guten Morgen'],
  ['étude', 'Übung'],
];
const PARQUET = new Uint8Array(
  parquetWriteBuffer({
    columnData: [
      { name: 'en', data: PAIRS.map(([en]) => en) },
      { name: 'de', data: PAIRS.map(([, de]) => de) },
      { name: 'id', data: [1, 2] },
    ],
  }),
);

test.each([
  ['JSONL', PAIRS.map(([en, de]) => JSON.stringify({ en, de })).join('\n')],
  ['CSV', `id,de,en\n${PAIRS.map(([en, de], id) => `${id},"${de}","${en}"`).join('\n')}\n`],
  ['Parquet', PARQUET],
])('pairs of %s are read, and both sides mended', async (_, content) => {
  expect(shown(await cleaned(content))).toEqual(CLEAN);
});

test('a record without its source, or with an empty one, is refused; its neighbours are not', async () => {
  const lines = [{ de: 'a' }, { en: '  ', de: 'b' }, { en: 7, de: 'sieben' }, { en: 'x'.repeat(200), de: 'c' }];
  const { items, issues } = await cleaned(lines.map((line) => JSON.stringify(line)).join('\n'));
  expect(shown({ items })).toEqual([['7', 'sieben']]);
  expect(issues).toEqual(['text.missing-source', 'text.missing-source', 'text.too-long']);
  expect((await cleaned('de,fr\na,b\n')).issues).toEqual(['text.missing-source']);
  expect((await cleaned(PARQUET, configOf(YAML.replace('en', 'fr')))).issues).toEqual(['text.missing-source']);
  expect((await cleaned(PARQUET, configOf(YAML.replace('de', 'fr')))).issues).toEqual(['text.missing-column']);
  expect((await cleaned(PARQUET.slice(0, 40))).issues).toHaveLength(1);
});

test('a source is in one split, however it is written; pairs with other letters are no copies', async () => {
  const texts = ['Good morning!', 'good  morning', 'Good evening'];
  const { items } = await cleaned(texts.map((en, at) => JSON.stringify({ en, de: `${at % 2}` })).join('\n'));
  expect(new Set(items.map(({ itemId }) => itemId)).size).toBe(3);
  const config = configOf();
  const splits = Array.from({ length: 40 }, (_, at) => {
    const pair = (text: string, itemId: string) =>
      foundItem(
        config,
        rowKeysOf(config, null),
        { item: 0, position: 0, row: 0, part: { sourceKey: 'd/a', unit: 'u' } as never },
        { itemId, path: 'a', line: 1, flags: [], fixes: [], pairSource: `${text} ${at}` },
        { label: null, license: null, origin: 'd/a', group: null, flags: [] } as never,
        [],
      ).split;
    return [pair('Good morning!', `a${at}`), pair('good MORNING', `b${at}`)];
  });
  expect(splits.every(([one, other]) => one === other)).toBe(true);
  expect(new Set(splits.map(([one]) => one)).size).toBeGreaterThan(1);
  const [first, second, third] = (
    await cleaned(
      ['1204 m', '1204 M', '1205 m'].map((en) => JSON.stringify({ en, de: 'zwölfhundert Meter' })).join('\n'),
    )
  ).items as [TextItem, TextItem, TextItem];
  expect(minHashSimilarity(first.minhash, second.minhash)).toBe(1);
  expect(minHashSimilarity(first.minhash, third.minhash)).toBeLessThan(0.5);
});

test('parts and shards of pairs have the source; those of texts are as they were', async () => {
  const { items } = await cleaned(PAIRS.map(([en, de]) => JSON.stringify({ en, de })).join('\n'));
  const stored = items.map(({ letterShare, ...item }) => ({ ...item, letterShare: Math.fround(letterShare) }));
  expect(await decodeTextPart(encodeTextPart(items), 'en')).toEqual(stored);
  const { shard } = TEXT_KIND;
  const config = configOf();
  expect(Object.keys(shard.columns(null, config))).toEqual(['source', 'text']);
  expect(shard.row(items[0] as never)).toEqual({ source: 'Good morning', text: 'Guten Morgen' });
  const plain = configOf('kind: text\ntext:\n  unit: line\n');
  expect(Object.keys(shard.columns(null, plain))).toEqual(['text']);
  expect(plain.text).not.toHaveProperty('source');
});

test('a source needs a column', () => {
  const file = parseDatasetFile('kind: text\ntext:\n  source: en\n');
  expect(file.ok ? [] : file.issues.map(({ place }) => place)).toEqual([
    { path: 'dataset.yaml', line: 3, key: 'text.source' },
  ]);
});

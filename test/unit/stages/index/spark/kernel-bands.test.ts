import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { randomWords } from '#core/base/random.ts';
import { openItemsDatabase } from '#stages/index/items/database.ts';
import { SHARED_BANDS_SQL } from '#stages/index/items/items-sql.ts';
import { countBands, leftBands, meetBands, packBands } from '#stages/index/kernel/bands.ts';
import { LineError } from '#stages/index/kernel/lines.ts';
import { kernelAnswers } from '../../../../fixtures/spark/kernel-answers.ts';

const BANDS = 5;
const ITEMS = 400;
/** Two halves for each band; few values, so that bands have from one to many items. The top bit is set in some. */
const ROWS = Array.from({ length: ITEMS }, (_, item) =>
  Array.from({ length: BANDS }, (_, band) => {
    const [choice = 0, own = 0] = randomWords(item * BANDS + band, 'band', 2);
    const [high = 0, low = 0] = randomWords(choice % 3 === 0 ? own % 9 : own, 'value', 2);
    return [high, low] as const;
  }),
);

const digits = (half: number) => half.toString(16).padStart(8, '0');
const linesOf = (items: readonly number[]) =>
  items.map((item) => `${item}\t${(ROWS[item] ?? []).map(([high, low]) => digits(high) + digits(low)).join('')}\n`);
const ALL = ROWS.map((_, item) => item);

/** What DuckDB pairs by SHARED_BANDS_SQL. */
async function pairsOfSql(isIn: (band: number, high: number) => boolean): Promise<string[]> {
  const values = ROWS.flatMap((row, item) =>
    row.flatMap(([high, low], band) =>
      isIn(band, high) ? [`(${item}, ${band}, ${(BigInt(high) << 32n) | BigInt(low)}::ubigint)`] : [],
    ),
  );
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-bands-'));
  const database = await openItemsDatabase(folder);
  try {
    await database.run(
      `create table bands as select * from (values ${values.join(', ')}) as given (item, band, value)`,
    );
    const found: string[] = [];
    await database.pairs(SHARED_BANDS_SQL, (other, item) => found.push(`${item} ${other}`));
    return found.sort();
  } finally {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

test.each([0, 1, 3, 8])(
  'in pages of %i bits, texts meet those with which SHARED_BANDS_SQL pairs them',
  async (pageBits) => {
    const settings = { bands: BANDS, pageBits, left: [] };
    // Items come in two parts, which are packed by two tasks, and not in order.
    const parts = [ALL.filter((item) => item % 3 === 0).toReversed(), ALL.filter((item) => item % 3 !== 0)];
    const packed: string[][] = [];
    for (const part of parts)
      packed.push(...(await kernelAnswers(linesOf(part).join(''), (emit) => packBands(settings, emit))).slice(0, -1));
    packed.sort((a, b) => Number(a[1]) - Number(b[1]));
    const found = await kernelAnswers(packed.map((row) => `${row[1]}\t${row[4]}\n`).join(''), meetBands);
    expect(found.at(-1)?.slice(0, 3)).toEqual(['=', String(ITEMS * BANDS), String(found.length - 1)]);
    const pairs = [...new Set(found.slice(0, -1).map(([, item, other]) => `${item} ${other}`))].sort();
    expect(pairs.length).toBeGreaterThan(500);
    expect(pairs).toEqual(await pairsOfSql(() => true));
  },
);

test('bands of the places that are left are not packed, and are answered as rows', async () => {
  const pageBits = 2;
  const counted = await kernelAnswers(linesOf(ALL).join(''), (emit) => countBands({ bands: BANDS, pageBits }, emit));
  const places = counted.slice(0, -1).map(([, place, , items]) => [Number(place), Number(items)] as const);
  expect(places.reduce((sum, [, items]) => sum + items, 0)).toBe(ITEMS * BANDS);
  // Of the last page as well, whose values are negative as integers of 64 bits.
  const left = [
    ...new Set([
      ...places
        .toSorted((a, b) => b[1] - a[1])
        .slice(0, 3)
        .map(([place]) => place),
      3,
      7,
    ]),
  ];
  const isLeft = (band: number, high: number) => left.includes((band << pageBits) | (high >>> (32 - pageBits)));
  const settings = { bands: BANDS, pageBits, left };
  const rows = await kernelAnswers(linesOf(ALL).join(''), (emit) => leftBands(settings, emit));
  const wanted = ROWS.flatMap((row, item) =>
    row.flatMap(([high, low], band) =>
      isLeft(band, high) ? [`${item} ${band} ${BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low))}`] : [],
    ),
  );
  expect(wanted.some((row) => row.includes(' -'))).toBe(true);
  expect(rows.slice(0, -1).map(([, item, band, value]) => `${item} ${band} ${value}`)).toEqual(wanted);
  const packed = await kernelAnswers(linesOf(ALL).join(''), (emit) => packBands(settings, emit));
  const sorted = packed.slice(0, -1).sort((a, b) => Number(a[1]) - Number(b[1]));
  expect(sorted.some(([, place]) => left.includes(Number(place)))).toBe(false);
  const found = await kernelAnswers(sorted.map((row) => `${row[1]}\t${row[4]}\n`).join(''), meetBands);
  expect(found.at(-1)?.[1]).toBe(String(ITEMS * BANDS - wanted.length));
  const pairs = [...new Set(found.slice(0, -1).map(([, item, other]) => `${item} ${other}`))].sort();
  expect(pairs).toEqual(await pairsOfSql((band, high) => !isLeft(band, high)));
});

const HASH = '00112233445566778899aabb';
test.each([
  ['too few fields', '1\n'],
  ['too many fields', `1\t${HASH}\t2\n`],
  ['half a hash', `1\t${HASH}0011\n`],
  ['a null', '1\t\\N\n'],
  ['places out of order', `2\t${HASH}\n1\t${HASH}\n`],
])('a line with %s is an error', async (_, text) => {
  await expect(kernelAnswers(text, meetBands)).rejects.toThrow(LineError);
});

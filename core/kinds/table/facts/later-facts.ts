// A type is told from a sample of a long table; here all its rows are asked. What speaks against the type of a column is
// counted and added to the facts, so that a fraction in the last row of a million makes a column of whole numbers one of numbers.
import * as z from 'zod';
import { type Database, readStaged } from '../check/database.ts';
import { type TypedColumn, typedColumn } from '../check/typed.ts';
import { cellNames, trimmed } from '../read/cells.ts';
import type { Staged } from '../read/normalised-file.ts';
import type { ColumnProfile } from '../schema/column-profile.ts';
import { isTextual, type TableSchema } from '../schema/schema.ts';
import { countedIn, profileOf, stepOf } from './facts.ts';

/** Maximum number of values of a column against its type that are read. */
const MOST_AGAINST = 50_000;
const COLUMNS_A_QUERY = 100;
const count = z.bigint().transform(Number);

/** The facts of columns with such values changed; the same facts where the sample was the whole table. */
export async function addLaterFacts(
  facts: readonly ColumnProfile[],
  schema: TableSchema,
  staged: Staged,
  database: Database,
): Promise<readonly ColumnProfile[]> {
  const step = stepOf(staged);
  if (step === 1) return facts;
  const cells = cellNames(staged);
  const source = readStaged(staged, cells.all);
  const asked = schema.columns.flatMap((column, i) =>
    isTextual(column.type) ? [] : [{ i, typed: typedColumn(column, i, column.nulls ?? schema.nulls, false) }],
  );
  const textOf = (i: number) => trimmed(cells.of(i), staged.spaced[i] === true);
  const later = new Map<number, ColumnProfile>();
  for (let first = 0; first < asked.length; first += COLUMNS_A_QUERY) {
    const some = asked.slice(first, first + COLUMNS_A_QUERY);
    const texts = some.map(({ i, typed }) => `${textOf(i)} as ${typed.t}`);
    const [row] = await database.rows(
      `select [${some.map(({ typed }) => `count(*) filter (where ${isAgainst(typed)})`).join(', ')}] as counts
       from (select ${texts.join(', ')} from ${source})`,
      z.object({ counts: z.array(count) }),
    );
    for (const [place, { i, typed }] of some.entries()) {
      const against = row?.counts[place] ?? 0;
      if (against === 0) continue;
      await database.run(`create or replace temp table looked as
        select ${typed.t} from (select ${textOf(i)} as ${typed.t} from ${source}) where ${isAgainst(typed)} limit ${MOST_AGAINST}`);
      const counted = await countedIn(typed.t, database);
      if (counted) later.set(i, joined(facts[i] as ColumnProfile, step, profileOf(counted), against));
    }
  }
  await database.run('drop table if exists looked');
  return facts.map((one, i) => later.get(i) ?? one);
}

function isAgainst({ t, value, isToken }: TypedColumn): string {
  return `${t} is not null and (${value}) is null and not (${isToken})`;
}

type Found = ReturnType<typeof profileOf>;

/** The sample stands for all rows; of those against the type there are `against`, of which some were looked at. */
function joined(sample: ColumnProfile, step: number, found: Found, against: number): ColumnProfile {
  const weight = against / Math.max(1, found.rows);
  const sum = (before: number, more: number) => before * step + Math.round(more * weight);
  const sums = Object.fromEntries(SUMMED.map((name) => [name, sum(sample[name], found[name])]));
  const least = (a: number | null, b: number | null) => (a === null || b === null ? (a ?? b) : Math.min(a, b));
  const most = (a: number | null, b: number | null) => (a === null || b === null ? (a ?? b) : Math.max(a, b));
  return {
    ...sample,
    ...sums,
    nullWords: sample.nullWords.map(([word, often]) => [word, often * step]),
    formats: sample.formats.map((often, i) => sum(often, found.formats[i] ?? 0)),
    timeFormats: sample.timeFormats.map((often, i) => sum(often, found.timeFormats[i] ?? 0)),
    undated: [...found.undated, ...sample.undated],
    truthWords: null,
    longest: Math.max(sample.longest, found.longest),
    shapes: sample.shapes + found.shapes,
    minNumber: least(sample.minNumber, found.minNumber),
    maxNumber: most(sample.maxNumber, found.maxNumber),
    minCommaNumber: least(sample.minCommaNumber, found.minCommaNumber),
    maxCommaNumber: most(sample.maxCommaNumber, found.maxCommaNumber),
    words: [...found.words, ...sample.words],
  };
}

const SUMMED = [
  'rows',
  'values',
  'distinct',
  'integers',
  'longIntegers',
  'numbers',
  'inexact',
  'wholeFractions',
  'bareExponents',
  'leadingZeros',
  'leadingPlus',
  'booleans',
  'days',
  'times',
  'zoned',
  'withUnit',
  'commaNumbers',
  'surelyComma',
  'pointThousands',
  'surelyPointThousands',
  'commaThousands',
  'surelyCommaThousands',
  'money',
] as const satisfies readonly (keyof Found & keyof ColumnProfile)[];

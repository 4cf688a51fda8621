// The schema that a first upload speaks for. Cautious: a type needs evidence, and what looks like a code stays text.
import { type Column, DATE_FORMATS, type TableSchema } from './schema.ts';
import { spellingOf, typosAmong } from './spelling.ts';

/** Fewer values say nothing about a type. */
const LEAST_VALUES = 8;
/** Share of values that must be of a type; the others are then wrong. */
const LEAST_SHARE = 0.95;
/** Whole numbers up to here are exact in every reader. */
const MOST_DIGITS = 15;
const CATEGORY = { leastValues: 50, most: 50, repeats: 10, longest: 60 } as const;
const LEAST_FOR_SUGGESTIONS = 20;
const LEAST_FOR_NOT_NULL = 100;
/** Names of columns whose digits are no numbers. */
const CODE_NAME =
  /(^|[^a-z])(zip|zipcode|postcode|postal|plz|phone|tel|mobile|fax|code|ssn|isbn|ean|iban|sku)([^a-z]|$)/i;
const DAY_NAME = /date|day|datum|time|_at$|_on$/i;

/** Words that often stand for an empty cell. */
export const NULL_TOKENS = ['NA', 'N/A', 'n/a', '#N/A', 'NaN', 'nan', 'NULL', 'null', 'None', '?', '-', '--'] as const;

/** What was counted in a column, over the values that are neither empty nor a null token. */
export type ColumnProfile = {
  readonly name: string;
  readonly rows: number;
  readonly values: number;
  readonly distinct: number;
  readonly integers: number;
  readonly numbers: number;
  readonly booleans: number;
  readonly days: number;
  readonly times: number;
  /** By place in DATE_FORMATS. */
  readonly formats: readonly number[];
  /** Values such as 007. */
  readonly leadingZeros: number;
  readonly longest: number;
  /** Numbers with the same unit behind them, and which. */
  readonly withUnit: number;
  readonly unit: string | null;
  /** Numbers in which a comma may stand before the fraction, and those of them in which it can mean nothing else. */
  readonly commaNumbers: number;
  readonly surelyComma: number;
  /** How many forms there are when digits and letters are not told apart from their like, and one of them: `A99-999`. */
  readonly shapes: number;
  readonly shape: string | null;
  readonly minNumber: number | null;
  readonly maxNumber: number | null;
  readonly minCommaNumber: number | null;
  readonly maxCommaNumber: number | null;
  readonly minDay: string | null;
  readonly maxDay: string | null;
  /** Values with their counts, the most frequent first; cut where there are too many for a category. */
  readonly top: readonly (readonly [string, number])[];
};

/** `tokens`: those that were counted as empty. */
export function inferTableSchema(
  facts: readonly ColumnProfile[],
  tokens: readonly string[] = NULL_TOKENS,
): TableSchema {
  return { version: 1, columns: facts.map(inferColumn), nulls: [...tokens], rules: [] };
}

function inferColumn(facts: ColumnProfile): Column {
  const typed = typeOf(facts);
  const bounds = typed.decimal ? { minNumber: facts.minCommaNumber, maxNumber: facts.maxCommaNumber } : {};
  const suggested = suggestions({ ...facts, ...bounds }, typed.type);
  return {
    name: facts.name,
    nullable: true,
    ...typed,
    ...(Object.keys(suggested).length > 0 && { suggested }),
  };
}

type Typed = Pick<Column, 'type' | 'categories' | 'unit' | 'dateFormat' | 'decimal'>;

function typeOf(facts: ColumnProfile): Typed {
  const { name, values, distinct, integers, numbers, longest } = facts;
  if (values < LEAST_VALUES) return { type: 'text' };
  const most = (count: number) => count >= values * LEAST_SHARE;
  const asCode = facts.leadingZeros > 0 || CODE_NAME.test(name);
  if (most(facts.booleans)) return { type: 'boolean' };
  const format = DAY_NAME.test(name) || !most(numbers) ? dateFormatOf(facts) : undefined;
  if (most(facts.days)) return { type: 'date' };
  if (format) return { type: 'date', dateFormat: format };
  if (most(facts.times)) return { type: 'datetime' };
  if (!asCode && most(integers) && longest <= MOST_DIGITS) return { type: 'integer' };
  if (!asCode && most(numbers)) return { type: 'number' };
  // 1,234 alone may be a thousand and more.
  const isSure = facts.surelyComma > 0 && facts.surelyComma >= values * (1 - LEAST_SHARE);
  if (!asCode && isSure && most(facts.commaNumbers)) return { type: 'number', decimal: ',' };
  if (facts.unit !== null && most(facts.withUnit)) return { type: 'number', unit: facts.unit };
  const categories = categoriesOf(facts);
  if (categories) return { type: 'category', categories };
  const unlike = distinct === values && values >= LEAST_FOR_SUGGESTIONS;
  return { type: unlike && facts.shapes === 1 && /9/.test(facts.shape ?? '') ? 'id' : 'text' };
}

/** Where days and months can be told apart: exactly one format reads the values. */
function dateFormatOf({ values, formats, integers }: ColumnProfile): (typeof DATE_FORMATS)[number] | undefined {
  const reading = DATE_FORMATS.filter((format, i) => {
    if (format === '%Y%m%d' && integers < values * LEAST_SHARE) return false;
    return (formats[i] ?? 0) >= values * LEAST_SHARE;
  });
  const best = Math.max(...reading.map((format) => formats[DATE_FORMATS.indexOf(format)] ?? 0));
  const readings = reading.filter((format) => formats[DATE_FORMATS.indexOf(format)] === best);
  return readings.length === 1 ? readings[0] : undefined;
}

/** Sorted; of spellings of one word the most frequent counts, and rare misspellings of a frequent word do not. */
function categoriesOf({ values, distinct, top }: ColumnProfile): string[] | undefined {
  if (values < CATEGORY.leastValues || top.some(([value]) => value.length > CATEGORY.longest)) return undefined;
  const bySpelling = new Map<string, readonly [string, number]>();
  for (const [value, count] of top) {
    const there = bySpelling.get(spellingOf(value));
    bySpelling.set(spellingOf(value), there ? [there[0], there[1] + count] : [value, count]);
  }
  const typos = typosAmong([...bySpelling.values()]);
  const kept = [...bySpelling.values()].map(([value]) => value).filter((value) => !typos.has(value));
  if (kept.length > CATEGORY.most || kept.length * CATEGORY.repeats > values) return undefined;
  return distinct <= top.length ? kept.sort() : undefined;
}

function suggestions(facts: ColumnProfile, type: Column['type']): NonNullable<Column['suggested']> {
  const { rows, values, distinct, shapes, shape } = facts;
  if (values < LEAST_FOR_SUGGESTIONS) return {};
  const numeric = type === 'integer' || type === 'number';
  const temporal = type === 'date' || type === 'datetime';
  return {
    ...(values === rows && rows >= LEAST_FOR_NOT_NULL && { nullable: false as const }),
    ...(distinct === values && (type === 'integer' || type === 'id') && { unique: true }),
    ...(numeric && facts.minNumber !== null && facts.maxNumber !== null
      ? { min: facts.minNumber, max: facts.maxNumber }
      : {}),
    ...(temporal && facts.minDay !== null && facts.maxDay !== null ? { min: facts.minDay, max: facts.maxDay } : {}),
    ...((type === 'text' || type === 'id') && shapes === 1 && shape !== null && /^[9Aa _.:/-]+$/.test(shape)
      ? { pattern: patternOf(shape) }
      : {}),
  };
}

/** `A99-a` -> `[A-Z][0-9]{2}-[a-z]`. */
function patternOf(shape: string): string {
  const classes: Record<string, string> = { '9': '[0-9]', A: '[A-Z]', a: '[a-z]', '.': '\\.' };
  return shape.replace(/(.)\1*/g, (run, sign: string) => {
    const one = classes[sign] ?? sign;
    return run.length > 1 ? `${one}{${run.length}}` : one;
  });
}

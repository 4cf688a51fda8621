// Infers the schema from a first upload. A column only gets a type if every value comes back unchanged; otherwise it stays text, and a note
// names the type of nearly all values and the exceptions.
import type { ColumnProfile } from './column-profile.ts';
import { notesOf } from './notes.ts';
import { NULL_WORDS, SURE_NULL } from './null-words.ts';
import { type Column, DATE_FORMATS, isNumeric, isTemporal, type TableSchema, TIME_FORMATS } from './schema.ts';
import { spellingOf } from './spelling.ts';
import { isKnownUnit } from './units.ts';

/** Minimum number of values from which a type is inferred. */
const LEAST_VALUES = 8;
/** Share of values that must be of a type; the others are then wrong. */
const LEAST_SHARE = 0.95;
const CATEGORY = { leastValues: 50, most: 50, repeats: 10, longest: 60 } as const;
const LEAST_FOR_SUGGESTIONS = 20;
const LEAST_FOR_NOT_NULL = 100;
/** Names of columns whose digits are no numbers. */
const CODE_NAME =
  /(^|[^a-z])(zip|zipcode|postcode|postal|plz|phone|tel|mobile|fax|code|ssn|isbn|ean|iban|sku)([^a-z]|$)/i;
const CODE = /^(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9-]{2,12}$/;
const VERSION_NAME = /(^|[^a-z])(version|release|revision|build|semver|firmware)([^a-z]|$)/i;
/** Parts of column names that suggest a day: `birthdate` matches, `update` does not. */
const DAY_WORD = /^((?!up).*date|day|datum|fecha|data|jour|tag|time|timestamp|at|on)$/i;

export type TableFacts = { readonly columns: readonly ColumnProfile[]; readonly delimiter?: string };

/** Infers the schema; for several files the columns are those of the representative file. */
export function inferTableSchema({ columns, delimiter }: TableFacts): TableSchema {
  const isCommaLocale =
    delimiter === ';' || columns.some((facts) => facts.surelyComma > 0 && most(facts, facts.commaNumbers));
  const isCommaSure = columns.some(
    (facts) => facts.surelyPointThousands > 0 || (facts.surelyComma > 0 && most(facts, facts.commaNumbers)),
  );
  const isPointSure = !isCommaSure && columns.some((facts) => facts.surelyCommaThousands > 0 && isGrouped(facts));
  return {
    version: 1,
    columns: columns.map((facts) => inferColumn(facts, { isCommaLocale, isCommaSure, isPointSure })),
    nulls: [...NULL_WORDS],
    rules: [],
  };
}

/** How the table writes numbers, according to its other columns. */
type NumberStyle = {
  readonly isCommaLocale: boolean;
  readonly isCommaSure: boolean;
  /** Points stand before fractions and commas between thousands. */
  readonly isPointSure: boolean;
};
export type Typed = Pick<
  Column,
  'type' | 'categories' | 'unit' | 'dateFormat' | 'timeFormat' | 'decimal' | 'alwaysFraction' | 'trueWord' | 'falseWord'
>;

function inferColumn(facts: ColumnProfile, style: NumberStyle): Column {
  const typed = typeOf(facts, style);
  const bounds =
    typed.decimal === ','
      ? { minNumber: facts.minCommaNumber, maxNumber: facts.maxCommaNumber }
      : typed.decimal === '.'
        ? { minNumber: null, maxNumber: null }
        : {};
  const nulls = nullsOf(facts, typed);
  const suggested = { ...suggestions({ ...facts, ...bounds }, typed.type), ...notesOf(facts, typed) };
  return {
    name: facts.name,
    nullable: true,
    ...typed,
    ...(nulls && { nulls }),
    ...(Object.keys(suggested).length > 0 && { suggested }),
  };
}

/**
 * Returns undefined to use the schema's null words. In a text column words are values, unless the column contains only null words.
 */
function nullsOf({ values, nullWords }: ColumnProfile, { type }: Typed): string[] | undefined {
  if (isNumeric(type) || isTemporal(type) || type === 'boolean') return undefined;
  const words = nullWords.map(([word]) => word);
  return values === 0 ? words : words.filter((word) => word === SURE_NULL);
}

function most({ values }: Pick<ColumnProfile, 'values'>, count: number): boolean {
  return values >= LEAST_VALUES && count >= values * LEAST_SHARE;
}

/** Numbers with commas between thousands, and numbers that are too small for one. */
function isGrouped(facts: ColumnProfile): boolean {
  return facts.inexact === 0 && facts.longIntegers === 0 && most(facts, facts.commaThousands + facts.numbers);
}

function typeOf(facts: ColumnProfile, style: NumberStyle): Typed {
  if (facts.declared) return declaredType(facts);
  if (facts.values < LEAST_VALUES) return { type: 'text' };
  return truthType(facts) ?? dateType(facts) ?? numberType(facts, style) ?? textType(facts);
}

/** A type that the file itself declares is believed, where the part can hold its values. */
function declaredType(facts: ColumnProfile): Typed {
  const { declared = 'text', inexact, longIntegers } = facts;
  if (declared === 'integer' && longIntegers > 0) return textType(facts);
  if (declared === 'number' && inexact > 0) return textType(facts);
  return declared === 'text' ? textType(facts) : { type: declared };
}

/** Returns the boolean type if both words occur and nothing else: a column with only NO may be the country Norway. */
function truthType({ values, booleans, truthWords, top }: ColumnProfile): Typed | undefined {
  if (booleans !== values || (truthWords !== 'false,true' && truthWords !== 'no,yes')) return undefined;
  const [no, yes] = truthWords.split(',') as [string, string];
  // The most frequent spelling.
  const spelt = (word: string) => top.find(([value]) => value.toLowerCase() === word)?.[0] ?? word;
  const [trueWord, falseWord] = [spelt(yes), spelt(no)];
  return {
    type: 'boolean',
    ...(trueWord !== 'true' && { trueWord }),
    ...(falseWord !== 'false' && { falseWord }),
  };
}

function dateType(facts: ColumnProfile): Typed | undefined {
  if (VERSION_NAME.test(facts.name)) return undefined;
  const format = isDayName(facts.name) || !most(facts, facts.numbers) ? dateFormatOf(facts) : undefined;
  if (most(facts, facts.days)) return { type: 'date' };
  if (format) return { type: 'date', dateFormat: format };
  if (facts.times > 0 && most(facts, facts.times + facts.days)) return { type: 'datetime' };
  const timeFormat = onlyFormat(TIME_FORMATS, facts.timeFormats, facts.values);
  return timeFormat && { type: 'datetime', timeFormat };
}

function isDayName(name: string): boolean {
  const words = name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').split(/[^A-Za-z]+/);
  return words.some((word) => DAY_WORD.test(word));
}

function numberType(facts: ColumnProfile, { isCommaLocale, isCommaSure, isPointSure }: NumberStyle): Typed | undefined {
  const { name, integers, numbers, unit, surelyComma, values } = facts;
  if (facts.leadingZeros > 0 || facts.leadingPlus > 0 || CODE_NAME.test(name) || VERSION_NAME.test(name))
    return undefined;
  const mayBeThousands = facts.pointThousands === numbers - integers && facts.pointThousands > 0;
  if (facts.surelyPointThousands > 0 && most(facts, facts.commaNumbers)) return { type: 'number', decimal: ',' };
  if (most(facts, numbers)) {
    // 70.252 among semicolons may be seventy thousand.
    if (mayBeThousands && isCommaSure && most(facts, facts.commaNumbers)) return { type: 'number', decimal: ',' };
    if (mayBeThousands && isCommaLocale) return undefined;
    if (facts.inexact > 0 || facts.longIntegers > 0 || facts.sameNumbers > 0) return undefined;
    if (facts.bareExponents * 2 > numbers || hasCodes(facts)) return undefined;
    // Tools without whole numbers that may be missing write 7.0 for 7.
    const isWhole = integers + facts.wholeFractions === numbers && facts.rows > values;
    const alwaysFraction = integers === 0 && facts.wholeFractions > 0;
    return { type: integers === numbers || isWhole ? 'integer' : 'number', ...(alwaysFraction && { alwaysFraction }) };
  }
  if (isPointSure && facts.commaThousands > 0 && isGrouped(facts)) return { type: 'number', decimal: '.' };
  // 1,234 alone may be a thousand and more.
  const isSure = surelyComma > 0 && (surelyComma >= values * (1 - LEAST_SHARE) || isCommaSure);
  if (isSure && most(facts, facts.commaNumbers)) return { type: 'number', decimal: ',' };
  if (unit !== null && isKnownUnit(unit) && most(facts, facts.withUnit + numbers) && facts.withUnit * 2 > values)
    return { type: 'number', unit: unit.trim() };
  return undefined;
}

/** Returns whether what is no number is a code such as c266 or 12a: then the numbers are codes, too. */
function hasCodes({ words, withUnit }: ColumnProfile): boolean {
  return withUnit === 0 && words.length > 0 && words.every((word) => CODE.test(word));
}

function textType(facts: ColumnProfile): Typed {
  const categories = categoriesOf(facts);
  if (categories) return { type: 'category', categories };
  const { values, distinct, shapes, shape, nullWords, longIntegers, integers } = facts;
  const isUnlike = distinct === values && values >= LEAST_FOR_SUGGESTIONS && nullWords.length === 0;
  if (isUnlike && shapes === 1 && /9/.test(shape ?? '')) return { type: 'id' };
  return { type: longIntegers > 0 && integers === values && nullWords.length === 0 ? 'id' : 'text' };
}

function dateFormatOf({ values, formats, integers }: ColumnProfile): (typeof DATE_FORMATS)[number] | undefined {
  const isWhole = integers >= values * LEAST_SHARE;
  return onlyFormat(
    DATE_FORMATS,
    formats.map((count, i) => (DATE_FORMATS[i] === '%Y%m%d' && !isWhole ? 0 : count)),
    values,
  );
}

/** Returns the format if exactly one reads all values, so that days and months are distinguishable. `counts`: by position in `formats`. */
function onlyFormat<Format extends string>(
  formats: readonly Format[],
  counts: readonly number[],
  values: number,
): Format | undefined {
  const best = Math.max(0, ...counts);
  if (values < LEAST_VALUES || best < values * LEAST_SHARE) return undefined;
  const readings = formats.filter((_, i) => counts[i] === best);
  return readings.length === 1 ? readings[0] : undefined;
}

/** Sorted; of spellings of one word the most frequent counts. No other value is left out. */
function categoriesOf({ values, top, nullWords }: ColumnProfile): string[] | undefined {
  const words = nullWords.reduce((sum, [word, count]) => (word === SURE_NULL ? sum : sum + count), 0);
  const cells = values + words;
  const kept = top.filter(([value]) => value !== SURE_NULL);
  if (values === 0 || cells < CATEGORY.leastValues || kept.some(([value]) => value.length > CATEGORY.longest))
    return undefined;
  const bySpelling = new Map<string, string>();
  for (const [value] of kept) if (!bySpelling.has(spellingOf(value))) bySpelling.set(spellingOf(value), value);
  const { size } = bySpelling;
  if (size === 0 || size > CATEGORY.most || size * CATEGORY.repeats > cells) return undefined;
  return [...bySpelling.values()].sort();
}

function suggestions(facts: ColumnProfile, type: Column['type']): NonNullable<Column['suggested']> {
  const { rows, values, distinct, shapes, shape } = facts;
  if (values < LEAST_FOR_SUGGESTIONS) return {};
  return {
    ...(values === rows && rows >= LEAST_FOR_NOT_NULL && { nullable: false as const }),
    ...(distinct === values && (type === 'integer' || type === 'id') && { unique: true }),
    ...(isNumeric(type) && facts.minNumber !== null && facts.maxNumber !== null
      ? { min: facts.minNumber, max: facts.maxNumber }
      : {}),
    ...(isTemporal(type) && facts.minDay !== null && facts.maxDay !== null
      ? { min: facts.minDay, max: facts.maxDay }
      : {}),
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

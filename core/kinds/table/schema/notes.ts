// Notes for people on the type of a column: why it is not the type of nearly all values, and similar spellings.
import type { ColumnProfile } from './column-profile.ts';
import { SURE_NULL } from './null-words.ts';
import { type Column, DATE_FORMATS } from './schema.ts';
import { nearSpellings } from './spelling.ts';

/** From this share on it is worth telling that values are mostly of one type. */
const LEAST_SHARE = 0.5;
const LEAST_VALUES = 8;
const MOST_SPELLINGS = 5;
/** Words of a cell from which on it may be a document. */
const WORDS_OF_PROSE = 8;

/** 1 234,50 and 1'234.50 and 1,23,456 and −1.5 and 1.5-. */
const NUMBER_OF_PEOPLE =
  /^[−–-]?\d{1,3}([ \u00a0\u2009\u202f'’,.]\d{2,3})+([.,]\d+)?$|^[−–]\d+([.,]\d+)?$|^\d+([.,]\d+)?-$/;
/** 2/14/2023 3:11 PM and 14.02.98. */
const TIME_OF_PEOPLE = /^\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}( \d.*)?$|^\d{1,2}:\d{2}( ?[AP]M)$/i;

type Notes = Pick<NonNullable<Column['suggested']>, 'type' | 'notes'>;

export function notesOf(facts: ColumnProfile, { type, unit }: Pick<Column, 'type' | 'unit'>): Notes {
  const notes = type === 'text' || type === 'id' || type === 'category' ? untyped(facts) : {};
  const kept = facts.nullWords.map(([word]) => word).filter((word) => word !== SURE_NULL);
  const others = [
    ...(type === 'number' && unit !== undefined && facts.numbers > 0
      ? [`${facts.numbers} of ${facts.values} values lack the unit ${unit}`]
      : []),
    ...(kept.length > 0 && facts.values > 0 && (type === 'text' || type === 'category')
      ? [`kept as data, not as empty cells: ${quoted(kept)}`]
      : []),
    ...(type === 'text' ? textNotes(facts) : []),
    ...(type === 'category'
      ? nearSpellings(facts.top)
          .slice(0, MOST_SPELLINGS)
          .map(({ value, count, like, often }) => `"${value}" (${count}) is spelt much like "${like}" (${often})`)
      : []),
  ];
  const all = [...(notes.notes ?? []), ...others];
  return { ...(notes.type && { type: notes.type }), ...(all.length > 0 && { notes: all }) };
}

/** What a column of texts may be in a dataset of another kind. */
function textNotes({ name, values, words }: ColumnProfile): string[] {
  if (values < LEAST_VALUES || words.length === 0) return [];
  if (words.every((word) => /^\s*[[{]/.test(word) && isJson(word))) {
    const isChat = words.every((word) => /"role"\s*:/.test(word) && /"content"\s*:/.test(word));
    return [
      `lists and objects are kept as JSON texts${isChat ? '; to learn the conversations as texts, write each as one text under a key of its own' : ''}`,
    ];
  }
  const isProse = words.every((word) => word.trim().split(/\s+/).length >= WORDS_OF_PROSE);
  return isProse
    ? [`holds texts: kind: text with text: { unit: column, column: ${name} } in dataset.yaml makes a document of each`]
    : [];
}

function isJson(word: string): boolean {
  try {
    JSON.parse(word);
    return true;
  } catch {
    return false;
  }
}

function untyped(facts: ColumnProfile): Notes {
  const { values, numbers, integers, words } = facts;
  if (values < LEAST_VALUES) return {};
  const isMost = (count: number) => count >= values * LEAST_SHARE;
  const type = integers === numbers ? 'integer' : 'number';
  const kept = (why: string): Notes => ({ notes: [`kept as text: ${why}`] });
  if (isMost(numbers)) {
    if (facts.leadingPlus > 0) return kept('a number would lose the plus signs');
    if (facts.leadingZeros > 0) return kept('a number would lose the leading zeros');
    if (facts.longIntegers > 0) return kept(`${facts.longIntegers} whole numbers have more than 15 digits`);
    if (facts.inexact > 0) return kept(`${facts.inexact} numbers have more digits than a number column holds`);
    if (facts.bareExponents * 2 > numbers) return kept('values such as 5E55 may be codes or numbers');
    if (facts.pointThousands > 0 && facts.pointThousands === numbers - integers)
      return { notes: ['kept as text: the points may stand before fractions or between thousands'] };
    const share = Math.round((100 * numbers) / values);
    if (numbers === values)
      return { type, notes: [`all values are numbers, but the name of the column says that they are codes`] };
    return { type, notes: [`${share} % of the values are numbers; others: ${quoted(words)}`] };
  }
  if (isMost(facts.withUnit) && facts.unit !== null)
    return { notes: [`values such as ${words[0] ?? ''} may be numbers with the unit ${facts.unit.trim()}, or codes`] };
  if (isMost(facts.commaThousands + numbers) && facts.commaThousands > 0)
    return { notes: [`the commas of ${quoted(words)} may stand between thousands or before fractions`] };
  if (isMost(facts.commaNumbers)) return { notes: ['the commas may stand before fractions: set decimal: ","'] };
  if (isMost(facts.money + numbers) && facts.money > 0)
    return { notes: [`amounts such as ${quoted(words)} are kept as text: signs and brackets are no part of a number`] };
  const readings = DATE_FORMATS.filter((_, i) => isMost(facts.formats[i] ?? 0));
  if (readings.length > 1)
    return { notes: [`days and months cannot be told apart: set type: date and dateFormat: ${readings.join(' or ')}`] };
  if (readings[0]) return { type: 'date', notes: [`most values are dates (${readings[0]}); others: ${quoted(words)}`] };
  if (isMost(facts.days + facts.times)) return { notes: [`most values are dates or times; others: ${quoted(words)}`] };
  if (isMost(facts.booleans)) return { notes: ['most values are true or false, or only one of the two'] };
  return { notes: otherReadings(words) };
}

/** What values may be that are written as no reader of numbers, times or truth values takes them. */
function otherReadings(words: readonly string[]): string[] {
  const all = (form: RegExp) => words.length > 0 && words.every((word) => form.test(word));
  if (all(TIME_OF_PEOPLE))
    return [
      `${quoted(words)} may be days or times: they are read as such where they are written as 2024-12-31T23:59:59`,
    ];
  if (all(NUMBER_OF_PEOPLE))
    return [`${quoted(words)} may be numbers: they are read as such where they are written as 1234.56`];
  if (words.length === 2 && all(/^[YNTF]$/i)) return [`${quoted(words)} may be truth values: set type: boolean`];
  return [];
}

function quoted(words: readonly string[]): string {
  return words
    .slice(0, 3)
    .map((word) => `"${word.slice(0, 30)}"`)
    .join(', ');
}

// Notes for people on the type of a column: why it is not the type of nearly all values, and similar spellings.
import type { ColumnProfile } from './column-profile.ts';
import { SURE_NULL } from './null-words.ts';
import { otherReadings, quoted } from './other-readings.ts';
import { type Column, DATE_FORMATS, TIME_FORMATS } from './schema.ts';
import { nearSpellings } from './spelling.ts';
import { isKnownUnit } from './units.ts';

/** From this share on it is worth telling that values are mostly of one type. */
const LEAST_SHARE = 0.5;
const LEAST_VALUES = 8;
const MOST_SPELLINGS = 5;
/** Words of a cell from which on it may be a document. */
const WORDS_OF_PROSE = 8;

type Notes = Pick<NonNullable<Column['suggested']>, 'type' | 'notes'>;

export function notesOf(facts: ColumnProfile, { type, unit }: Pick<Column, 'type' | 'unit'>): Notes {
  const notes = type === 'text' || type === 'id' || type === 'category' ? untyped(facts) : {};
  const kept = facts.nullWords.map(([word]) => word).filter((word) => word !== SURE_NULL);
  const others = [
    ...(type === 'number' && unit !== undefined && facts.numbers > 0
      ? [`${facts.numbers} of ${facts.values} values lack the unit ${unit}`]
      : []),
    ...(type === 'datetime' && facts.zoned > 0 && facts.zoned < facts.times
      ? [`${facts.times - facts.zoned} of ${facts.times} times have no time zone and are read as UTC`]
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

/** Returns notes on columns of texts that a dataset of another kind could model. */
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
    if (facts.sameNumbers > 0) return kept('values such as 1.10 and 1.1 would become one number');
    const share = Math.round((100 * numbers) / values);
    const why =
      facts.declared === 'text' ? 'the file declares them as texts' : 'the name of the column says that they are codes';
    if (numbers === values) return { type, notes: [`all values are numbers, but ${why}`] };
    return { type, notes: [`${share} % of the values are numbers; others: ${quoted(words)}`] };
  }
  if (facts.declared === 'text' && isMost(facts.days + facts.times))
    return { notes: ['dates or times, which the file declares as texts'] };
  const days = DATE_FORMATS.filter((_, i) => isMost(facts.formats[i] ?? 0));
  const times = TIME_FORMATS.filter((_, i) => isMost(facts.timeFormats[i] ?? 0));
  const apart = (type: string, key: string, formats: readonly string[]) => ({
    notes: [`days and months cannot be told apart: set type: ${type} and ${key}: ${formats.join(' or ')}`],
  });
  if (days.length > 1) return apart('date', 'dateFormat', days);
  if (times.length > 1) return apart('datetime', 'timeFormat', times);
  const isAll = Math.max(0, ...facts.formats) === values;
  const others =
    facts.undated.length > 0
      ? `; others: ${quoted(facts.undated)}`
      : `, but ${isAll ? 'the name of the column says otherwise' : 'not all in one form'}`;
  if (days[0]) return { type: 'date', notes: [`most values are dates (${days[0]})${others}`] };
  if (times[0]) return { type: 'datetime', notes: [`most values are times (${times[0]})${others}`] };
  if (isMost(facts.days + facts.times)) return { notes: [`most values are dates or times${others}`] };
  if (isMost(facts.commaThousands + numbers) && facts.commaThousands > 0)
    return { notes: [`the commas of ${quoted(words)} may stand between thousands or before fractions`] };
  if (isMost(facts.commaNumbers)) return { notes: ['the commas may stand before fractions: set decimal: ","'] };
  const other = otherReadings(words);
  if (other.length > 0) return { notes: other };
  if (isMost(facts.withUnit) && facts.unit !== null && isUnitLike(facts.unit))
    return { notes: [`values such as ${words[0] ?? ''} may be numbers with the unit ${facts.unit.trim()}, or codes`] };
  if (isMost(facts.money + numbers) && facts.money > 0)
    return { notes: [`amounts such as ${quoted(words)} are kept as text: signs and brackets are no part of a number`] };
  if (isMost(facts.booleans)) return { notes: [truthNote(facts)] };
  return {};
}

/** The words that inference knows as true and false without a setting. */
const TRUTH = new Set(['true', 'false', 'yes', 'no']);

/** Says why a column of words for true and false, or nearly one, is not read as such. */
function truthNote({ values, booleans, words, top }: ColumnProfile): string {
  const seen = [...new Set([...top.map(([word]) => word), ...words])];
  const isTruth = (word: string) => TRUTH.has(word.toLowerCase());
  const [truth, others] = [seen.filter(isTruth), seen.filter((word) => !isTruth(word))];
  if (booleans < values) {
    const share = Math.round((100 * booleans) / values);
    return `kept as words: ${share} % of the values stand for true or false${truth.length > 0 ? ` (${quoted(truth)})` : ''}${others.length > 0 ? `; others: ${quoted(others)}` : ''}`;
  }
  const pairs = new Set(truth.map((word) => word.toLowerCase()));
  return pairs.size === 1
    ? `kept as words: only ${quoted(truth)} occurs, and a column of true and false needs both words`
    : `kept as words: ${quoted(truth)} are not the two words of one pair, such as yes and no`;
}

/** Digits and signs behind a number are a part of it; an invisible character is not. */
function isUnitLike(unit: string): boolean {
  return isKnownUnit(unit) || /^ ?\p{L}+$/u.test(unit);
}

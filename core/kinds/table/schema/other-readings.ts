// Recognises numbers, times and truth values in spellings that the readers do not accept.

/** 1 234,50 and 1'234.50 and 1,23,456 and −1.5 and 1.5-. */
const NUMBER_OF_PEOPLE =
  /^[−–-]?\d{1,3}([ \u00a0\u2009\u202f'’,.]\d{2,3})+([.,]\d+)?$|^[−–]\d+([.,]\d+)?$|^\d+([.,]\d+)?-$/;
/** 1_000 and 0x1f, and digits of other scripts. */
const NUMBER_OF_PROGRAMS =
  /^-?\d{1,3}(_\d{3})+$|^0[xX][0-9a-fA-F]+$|^0[ob]\d+$|^(?=.*\p{Nd})(?!.*[0-9])\p{Nd}+([.,٫]\p{Nd}+)?$/u;
/** USD 1.50 and 1,50 EUR. */
const AMOUNT =
  /^(USD|EUR|GBP|CHF|JPY|CNY|INR|Rs\.?|kr\.?|R\$|A\$|C\$)\s?-?\d[\d.,]*$|^-?\d[\d.,]*\s?(USD|EUR|GBP|CHF|JPY|CNY|INR|kr\.?|zł|Kč)$/i;
/** 2/14/2023 3:11 PM and 14.02.98. */
const TIME_OF_PEOPLE =
  /^(\d{1,2}[/.-]\d{1,2}[/.-](\d{2}|\d{4})|\d{4}[/.-]\d{1,2}[/.-]\d{1,2})([ T]\d.*)?$|^\d{1,2}:\d{2}( ?[AP]M)$/i;
const MONTHS =
  'jan|feb|f[ée]v|mar|m[äa]r|apr|avr|abr|mai|may|jun|jui|jul|aug|ao[uû]|ago|sep|set|oct|okt|out|nov|dec|d[ée]c|dez|dic';
/** 3 janvier 2024 and Jan 2024 and 2024年1月3日 and 2024-W05 and 2024-Q1 and 2024-01 and /Date(1704067200000)/. */
const DAY_OF_PEOPLE = new RegExp(
  `^(\\d{1,2}(\\.|st|nd|rd|th|er|º)?[ -](de )?(${MONTHS})[\\p{L}.]*([ -](de )?\\d{2,4})?|(${MONTHS})[\\p{L}.]*[ -]\\d{1,2}(st|nd|rd|th),? \\d{4}|(${MONTHS})[\\p{L}.]*[ -]\\d{2,4}|\\d{4}年.*|\\d{4}-W\\d{2}(-\\d)?|\\d{4}[ -]?Q[1-4]|Q[1-4][ -]\\d{4}|\\d{4}-(0[1-9]|1[0-2])|/Date\\(\\d+\\)/|-?\\d{4,}-\\d{2}-\\d{2}Z?)$`,
  'iu',
);
/** 01:02.5 and 1:02:03.25. */
const DURATION = /^\d{1,3}:\d{2}(:\d{2})?([.,]\d+)?$/;
const TRUTH_WORDS = [
  ['y', 'n'],
  ['t', 'f'],
  ['on', 'off'],
  ['ja', 'nein'],
  ['oui', 'non'],
  ['si', 'no'],
  ['sí', 'no'],
  ['да', 'нет'],
];
const UNSEEN = /[\u200b-\u200f\u2060\ufeff\u00ad]/;

/** `words`: some values. A note for people, or none. */
export function otherReadings(words: readonly string[]): string[] {
  const all = (form: RegExp) => words.length > 0 && words.every((word) => form.test(word));
  if (all(UNSEEN)) return [`${quoted(words)} hold characters that cannot be seen`];
  if (all(TIME_OF_PEOPLE))
    return [
      `${quoted(words)} may be days or times: they are read as such where they are written as 2024-12-31T23:59:59`,
    ];
  if (all(DAY_OF_PEOPLE))
    return [
      `${quoted(words)} may be days, months or quarters: days are read as such where they are written as 2024-12-31`,
    ];
  if (all(NUMBER_OF_PEOPLE) || all(NUMBER_OF_PROGRAMS) || all(AMOUNT))
    return [`${quoted(words)} may be numbers: they are read as such where they are written as 1234.56`];
  if (all(DURATION)) return [`${quoted(words)} may be times of the day or durations: they are kept as text`];
  const folded = new Set(words.map((word) => word.toLowerCase()));
  const isTruth = folded.size === 2 && TRUTH_WORDS.some((pair) => pair.every((word) => folded.has(word)));
  const isKnown = isTruth && words.every((word) => /^[YNTF]$/i.test(word));
  if (isKnown) return [`${quoted(words)} may be truth values: set type: boolean`];
  return isTruth
    ? [`${quoted(words)} may be truth values: they are read as such where they are written as yes and no`]
    : [];
}

export function quoted(words: readonly string[]): string {
  return words
    .slice(0, 3)
    .map((word) => `"${word.slice(0, 30)}"`)
    .join(', ');
}

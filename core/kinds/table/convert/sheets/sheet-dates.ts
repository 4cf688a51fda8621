// Converts spreadsheet dates: numbers of days in cells whose format is a date.

/** Formats that Excel has built in: https://learn.microsoft.com/dotnet/api/documentformat.openxml.spreadsheet.numberingformat */
const BUILT_IN_DATES = new Set([14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58]);
const BUILT_IN_TIMES = new Set([18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56]);
const DAY_MS = 86_400_000;
/** Day 0. Excel counts 29 February 1900, which did not exist, as day 60. */
const EPOCH_MS = Date.UTC(1899, 11, 30);
const FALSE_LEAP_DAY = 60;
/** Days between the two ways that Excel counts from. */
const DAYS_TO_1904 = 1462;
const MOST_DAYS = 2_958_466;

export type DateKind = 'date' | 'time' | undefined;

/** `code`: of a format that the workbook defines; undefined for one that is built in. */
export function dateKindOf(id: number, code: string | undefined): DateKind {
  if (code === undefined) return BUILT_IN_DATES.has(id) ? 'date' : BUILT_IN_TIMES.has(id) ? 'time' : undefined;
  const first = code
    .replaceAll(/"[^"]*"|\\.|_.|\*./g, '')
    .replaceAll(/\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '')
    .split(';')[0] as string;
  if (/[yd]/i.test(first) || (/m/i.test(first) && !/[hs]/i.test(first))) return 'date';
  return /[hs]/i.test(first) ? 'time' : undefined;
}

/** ISO 8601: a day, a day and a time, or a time alone. Undefined where the number is no date. */
export function dateOf(serial: number, kind: 'date' | 'time', from1904: boolean): string | undefined {
  const days = serial + (from1904 ? DAYS_TO_1904 : 0);
  if (!(days >= 0 && days < MOST_DAYS)) return undefined;
  const ms = Math.round((days < FALSE_LEAP_DAY && !from1904 ? days + 1 : days) * DAY_MS);
  const iso = new Date(EPOCH_MS + ms).toISOString();
  const time = iso.slice(11, 23).replace('.000', '');
  if (kind === 'time' && serial < 1) return time;
  return time === '00:00:00' ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${time}`;
}

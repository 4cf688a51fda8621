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

/** `duration`: hours that go on beyond a day, as `[h]:mm` shows them. */
export type DateKind = 'date' | 'time' | 'duration' | undefined;
/** `[h]:mm:ss`, one of the formats that Excel has built in. */
const BUILT_IN_DURATION = 46;

/** `code`: of a format that the workbook defines; undefined for one that is built in. */
export function dateKindOf(id: number, code: string | undefined): DateKind {
  if (code === undefined && id === BUILT_IN_DURATION) return 'duration';
  if (code === undefined) return BUILT_IN_DATES.has(id) ? 'date' : BUILT_IN_TIMES.has(id) ? 'time' : undefined;
  const first = code
    .replaceAll(/"[^"]*"|\\.|_.|\*./g, '')
    .replaceAll(/\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '')
    .split(';')[0] as string;
  if (/[yd]/i.test(first) || (/m/i.test(first) && !/[hs]/i.test(first))) return 'date';
  if (/\[(h+|m+|s+)\]/i.test(first)) return 'duration';
  return /[hs]/i.test(first) ? 'time' : undefined;
}

/** ISO 8601: a day, a day and a time, or a time alone; a duration as hours, minutes and seconds. Undefined where the number is no date. */
export function dateOf(serial: number, kind: 'date' | 'time' | 'duration', from1904: boolean): string | undefined {
  if (kind === 'duration') return durationOf(serial);
  const days = serial + (from1904 ? DAYS_TO_1904 : 0);
  if (!(days >= 0 && days < MOST_DAYS)) return undefined;
  const ms = Math.round((days < FALSE_LEAP_DAY && !from1904 ? days + 1 : days) * DAY_MS);
  const iso = new Date(EPOCH_MS + ms).toISOString();
  const time = iso.slice(11, 23).replace('.000', '');
  if (kind === 'time' && serial < 1) return time;
  return time === '00:00:00' ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${time}`;
}

/** `36:00:00`, `-1:30:00.5`: the hours may be more than a day has. */
function durationOf(days: number): string | undefined {
  if (!(Math.abs(days) < MOST_DAYS)) return undefined;
  const ms = Math.round(Math.abs(days) * DAY_MS);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const fraction = ms % 1000 === 0 ? '' : `.${String(ms % 1000).padStart(3, '0')}`;
  return `${days < 0 ? '-' : ''}${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}${fraction}`;
}

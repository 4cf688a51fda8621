// Days and times as a table writes them, by the formats of strptime that a schema may have; what they leave out is not written.

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const SHORT = 3;
const HALF_DAY = 12;
const PART = /%([YmdbBaAHIMSp])/g;

type Part = { readonly pattern: string; readonly write: (date: Date) => string };

const two = (value: number) => String(value).padStart(2, '0');
const PARTS: Readonly<Record<string, Part>> = {
  Y: { pattern: '\\d{4}', write: (date) => date.toISOString().slice(0, 4) },
  m: { pattern: '\\d{1,2}', write: (date) => two(date.getUTCMonth() + 1) },
  d: { pattern: '\\d{1,2}', write: (date) => two(date.getUTCDate()) },
  b: { pattern: '[A-Za-z]{3}', write: (date) => monthOf(date).slice(0, SHORT) },
  B: { pattern: '[A-Za-z]{3,9}', write: (date) => monthOf(date) },
  a: { pattern: '[A-Za-z]{3}', write: (date) => weekdayOf(date).slice(0, SHORT) },
  A: { pattern: '[A-Za-z]{6,9}', write: (date) => weekdayOf(date) },
  H: { pattern: '\\d{1,2}', write: (date) => two(date.getUTCHours()) },
  I: { pattern: '\\d{1,2}', write: (date) => two(date.getUTCHours() % HALF_DAY || HALF_DAY) },
  M: { pattern: '\\d{1,2}', write: (date) => two(date.getUTCMinutes()) },
  S: { pattern: '\\d{1,2}', write: (date) => two(date.getUTCSeconds()) },
  p: { pattern: '[AaPp][Mm]', write: (date) => (date.getUTCHours() < HALF_DAY ? 'AM' : 'PM') },
};

export function writtenMoment(date: Date, format: string): string {
  return format.replace(PART, (_, part: string) => (PARTS[part] as Part).write(date));
}

/** Returns undefined for a text that the format does not read, and for a day that does not exist. */
export function momentFrom(text: string, format: string): Date | undefined {
  const pattern = format
    .replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
    .replace(PART, (_, part: string) => `(?<${part}>${(PARTS[part] as Part).pattern})`);
  const groups = new RegExp(`^${pattern}$`).exec(text)?.groups;
  if (!groups) return undefined;
  const { Y, m, d, b, B, H, I, M = '0', S = '0', p } = groups;
  const name = (b ?? B)?.toLowerCase();
  const month = name === undefined ? Number(m) - 1 : MONTHS.findIndex((one) => isNamed(one, name, b !== undefined));
  const afternoon = p?.toLowerCase() === 'pm' ? HALF_DAY : 0;
  const hours = I === undefined ? Number(H ?? 0) : (Number(I) % HALF_DAY) + afternoon;
  const date = new Date(Date.UTC(Number(Y), month, Number(d), hours, Number(M), Number(S)));
  return date.getUTCMonth() === month && date.getUTCDate() === Number(d) ? date : undefined;
}

function isNamed(month: string, name: string, isShort: boolean): boolean {
  return (isShort ? month.slice(0, SHORT) : month).toLowerCase() === name;
}

function monthOf(date: Date): string {
  return MONTHS[date.getUTCMonth()] as string;
}

function weekdayOf(date: Date): string {
  return DAYS[date.getUTCDay()] as string;
}

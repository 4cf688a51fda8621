// Computes the operators and functions of conditions in the same way as DuckDB. The result of null is null, except for coalesce, greatest and least.

const MICROS_A_DAY = 86_400_000_000;
/** Microseconds since 1970. */
export type Moment = { readonly micros: number; readonly isDay: boolean };
export type Computed = number | string | boolean | Moment | null;

type Present = Exclude<Computed, null>;

/** A time, or a text that is one in ISO 8601. */
export function momentOf(value: Present): Moment | undefined {
  if (typeof value === 'object') return value;
  if (typeof value !== 'string') return undefined;
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(value);
  const ms = Date.parse(isDay ? value : `${value.trim().replace(' ', 'T').replace(/Z$/, '')}Z`);
  return Number.isNaN(ms) ? undefined : { micros: ms * 1000, isDay };
}

export const OPERATORS_OF_SQL: Readonly<Record<string, (a: Computed, b: Computed) => Computed>> = {
  '||': strict((a, b) => `${a}${b}`),
  '+': strict((a, b) => {
    if (typeof a === 'object' && typeof b === 'number') return { ...a, micros: a.micros + b * MICROS_A_DAY };
    if (typeof b === 'object' && typeof a === 'number') return { ...b, micros: b.micros + a * MICROS_A_DAY };
    return Number(a) + Number(b);
  }),
  '-': strict((a, b) => {
    const [from, to] = [momentOf(a), momentOf(b)];
    if (typeof a === 'object' && typeof b === 'number') return { ...a, micros: a.micros - b * MICROS_A_DAY };
    if (from && to) return (from.micros - to.micros) / MICROS_A_DAY;
    return Number(a) - Number(b);
  }),
  '*': strict((a, b) => Number(a) * Number(b)),
  '/': strict((a, b) => Number(a) / Number(b)),
  '%': strict((a, b) => (Number(b) === 0 ? null : finite(Number(a) % Number(b)))),
};

const numeric = (compute: (...numbers: number[]) => number) =>
  onPresent((given) => finite(compute(...given.map(Number))));
const textual = (compute: (text: string, ...more: string[]) => Computed) =>
  onPresent((given) => compute(String(given[0]), ...given.slice(1).map(String)));
const calendar = (part: (date: Date) => number) =>
  onPresent(([value]) => {
    const moment = value === undefined ? undefined : momentOf(value);
    return moment ? part(new Date(moment.micros / 1000)) : null;
  });

export const FUNCTIONS_OF_SQL: Readonly<Record<string, (given: readonly Computed[]) => Computed>> = {
  abs: numeric(Math.abs),
  ceil: numeric(Math.ceil),
  floor: numeric(Math.floor),
  sqrt: numeric(Math.sqrt),
  ln: numeric((x) => Math.log(x)),
  exp: numeric(Math.exp),
  power: numeric((x = Number.NaN, y = Number.NaN) => x ** y),
  mod: numeric((x = Number.NaN, y = Number.NaN) => x % y),
  sign: numeric(Math.sign),
  // Halves go away from zero.
  round: numeric(
    (x = Number.NaN, digits = 0) => (Math.sign(x) * Math.round(Math.abs(x) * 10 ** digits)) / 10 ** digits,
  ),
  least: (given) => extreme(given, -1),
  greatest: (given) => extreme(given, 1),
  coalesce: (given) => given.find((value) => value !== null) ?? null,
  nullif: ([a = null, b = null]) => (a !== null && b !== null && sameAs(a, b) ? null : a),
  length: textual((text) => [...text].length),
  strlen: textual((text) => new TextEncoder().encode(text).length),
  lower: textual((text) => text.toLowerCase()),
  upper: textual((text) => text.toUpperCase()),
  trim: textual((text) => text.trim()),
  contains: textual((text, part = '') => text.includes(part)),
  starts_with: textual((text, part = '') => text.startsWith(part)),
  ends_with: textual((text, part = '') => text.endsWith(part)),
  year: calendar((date) => date.getUTCFullYear()),
  month: calendar((date) => date.getUTCMonth() + 1),
  day: calendar((date) => date.getUTCDate()),
  hour: calendar((date) => date.getUTCHours()),
  date_diff: onPresent(([unit, from, to]) => difference(String(unit), from, to)),
};

/** Boundaries of the unit between two times. */
function difference(unit: string, from: Present | undefined, to: Present | undefined): Computed {
  const [a, b] = [from, to].map((value) => (value === undefined ? undefined : momentOf(value)));
  if (!a || !b) return null;
  const [one, other] = [new Date(a.micros / 1000), new Date(b.micros / 1000)];
  const months = (date: Date) => date.getUTCFullYear() * 12 + date.getUTCMonth();
  const steps: Readonly<Record<string, number>> = {
    second: 1e6,
    minute: 6e7,
    hour: 36e8,
    day: MICROS_A_DAY,
    week: 7 * MICROS_A_DAY,
  };
  switch (unit) {
    case 'year':
      return other.getUTCFullYear() - one.getUTCFullYear();
    case 'quarter':
      return Math.floor(months(other) / 3) - Math.floor(months(one) / 3);
    case 'month':
      return months(other) - months(one);
    default: {
      const step = steps[unit];
      // Weeks begin on Mondays; day 0 was a Thursday.
      const shift = unit === 'week' ? 3 * MICROS_A_DAY : 0;
      return step === undefined ? null : Math.floor((b.micros + shift) / step) - Math.floor((a.micros + shift) / step);
    }
  }
}

function strict(compute: (a: Present, b: Present) => Computed): (a: Computed, b: Computed) => Computed {
  return (a, b) => (a === null || b === null ? null : compute(a, b));
}

function onPresent(compute: (given: readonly Present[]) => Computed): (given: readonly Computed[]) => Computed {
  return (given) => (given.some((value) => value === null) ? null : compute(given as Present[]));
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function extreme(given: readonly Computed[], sign: 1 | -1): Computed {
  const present = given.filter((value) => value !== null);
  return present.reduce<Computed>((most, one) => (most === null || sign * rank(one, most) > 0 ? one : most), null);
}

function rank(a: Present, b: Present): number {
  if (typeof a === 'object' && typeof b === 'object') return a.micros - b.micros;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : Number(a > b);
  return Number(a) - Number(b);
}

function sameAs(a: Present, b: Present): boolean {
  return rank(a, b) === 0;
}

// Days, times and decimals as texts that keep every digit.

const DAY_MS = 86_400_000n;
const DAY_SECONDS = 86_400;
const UNITS = Array.from({ length: 10 }, (_, digits) => 10n ** BigInt(digits));
const TWO_DIGITS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));
/** Moments of one table mostly fall on few days. */
let lastDay: { readonly day: number; readonly date: string | undefined } | undefined;

/** `days` since 1970-01-01. */
export function dayText(days: bigint): string {
  return isoOf(days * DAY_MS)?.slice(0, 10) ?? String(days);
}

/**
 * `value`: time since 1970 in units of 10^-digits s. `isUtc`: a point in time in UTC; otherwise a local time without a zone.
 */
export function momentText(value: bigint, digits: number, isUtc: boolean): string {
  const unit = UNITS[digits] ?? 10n ** BigInt(digits);
  const whole = floorDivide(value, unit);
  const seconds = Number(whole);
  const day = Math.floor(seconds / DAY_SECONDS);
  const date = dateOf(day);
  if (date === undefined) return String(value);
  const rest = digits === 0 ? '' : fraction(value - whole * unit, digits);
  return `${date} ${clockText(seconds - day * DAY_SECONDS)}${rest}${isUtc ? 'Z' : ''}`;
}

/** `value` since midnight. */
export function timeText(value: bigint, digits: number): string {
  const unit = 10n ** BigInt(digits);
  const iso = isoOf((value / unit) * 1000n);
  return iso === undefined || value < 0n ? String(value) : `${iso.slice(11, 19)}${fraction(value % unit, digits)}`;
}

export function decimalText(unscaled: bigint, scale: number): string {
  if (scale <= 0) return String(unscaled * 10n ** BigInt(-scale));
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function fraction(rest: bigint, digits: number): string {
  const text = String(rest).padStart(digits, '0').replace(/0+$/, '');
  return text === '' || digits === 0 ? '' : `.${text}`;
}

/** Returns undefined if the year has not four digits. */
function dateOf(day: number): string | undefined {
  if (lastDay?.day !== day) lastDay = { day, date: isoOf(BigInt(day) * DAY_MS)?.slice(0, 10) };
  return lastDay.date;
}

function clockText(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return `${TWO_DIGITS[Math.floor(minutes / 60)]}:${TWO_DIGITS[minutes % 60]}:${TWO_DIGITS[seconds % 60]}`;
}

function isoOf(ms: bigint): string | undefined {
  const date = new Date(Number(ms));
  const iso = Number.isNaN(date.getTime()) ? undefined : date.toISOString();
  return iso?.length === 24 ? iso : undefined;
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value < 0n && quotient * by !== value ? quotient - 1n : quotient;
}

// Days, times and decimals as texts that keep every digit.

const DAY_MS = 86_400_000n;

/** `days` since 1970-01-01. */
export function dayText(days: bigint): string {
  return isoOf(days * DAY_MS)?.slice(0, 10) ?? String(days);
}

/**
 * `value`: time since 1970 in units of 10^-digits s. `isUtc`: a point in time in UTC; otherwise a local time without a zone.
 */
export function momentText(value: bigint, digits: number, isUtc: boolean): string {
  const unit = 10n ** BigInt(digits);
  const seconds = floorDivide(value, unit);
  const iso = isoOf(seconds * 1000n);
  if (iso === undefined) return String(value);
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}${fraction(value - seconds * unit, digits)}${isUtc ? 'Z' : ''}`;
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

function isoOf(ms: bigint): string | undefined {
  const date = new Date(Number(ms));
  const iso = Number.isNaN(date.getTime()) ? undefined : date.toISOString();
  return iso?.length === 24 ? iso : undefined;
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value < 0n && quotient * by !== value ? quotient - 1n : quotient;
}

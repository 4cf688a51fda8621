// Whole numbers in decimal digits, written into a buffer.

/** A whole number from 0 on, in decimal digits; where the bytes go on. */
export function writeDigits(out: Buffer, at: number, value: number): number {
  let digits = 1;
  for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) digits++;
  for (let place = at + digits - 1, rest = value; place >= at; place--) {
    const tens = Math.floor(rest / 10);
    out[place] = 48 + rest - tens * 10;
    rest = tens;
  }
  return at + digits;
}

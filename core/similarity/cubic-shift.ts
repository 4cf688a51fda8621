// Shifts and scales a small image with cubic interpolation (Keys 1981, "Cubic convolution interpolation"). Linear
// interpolation would blur the image and lower its correlation with the original.

const TAPS = 4;

/**
 * For each position of a line: the four source positions and their weights, [side, 4]; `known` is 0 outside the image.
 */
export type ResampledLine = {
  readonly known: Uint8Array;
  readonly from: Int32Array;
  readonly weights: Float64Array;
  /** Number of positions inside the image. */
  inside: number;
};

export function emptyLine(side: number): ResampledLine {
  return {
    known: new Uint8Array(side),
    from: new Int32Array(side * TAPS),
    weights: new Float64Array(side * TAPS),
    inside: 0,
  };
}

/** Computes the weights of `line`. scale: around the centre. shift: in pixels. */
export function placeLine(line: ResampledLine, scale: number, shift: number): void {
  const { known, from, weights } = line;
  const side = known.length;
  const [middle, last] = [(side - 1) / 2, side - 1];
  line.inside = 0;
  for (let at = 0; at < side; at++) {
    const position = middle + (at - middle) * scale + shift;
    known[at] = position < 0 || position > last ? 0 : 1;
    if (!known[at]) continue;
    line.inside++;
    const below = Math.min(Math.floor(position), last - 1);
    const beyond = position - below;
    const [square, cube] = [beyond ** 2, beyond ** 3];
    const first = at * TAPS;
    for (let tap = 0; tap < TAPS; tap++) from[first + tap] = Math.max(0, Math.min(last, below - 1 + tap));
    weights[first] = -0.5 * beyond + square - 0.5 * cube;
    weights[first + 1] = 1 - 2.5 * square + 1.5 * cube;
    weights[first + 2] = 0.5 * beyond + 2 * square - 1.5 * cube;
    weights[first + 3] = -0.5 * square + 0.5 * cube;
  }
}

/** Interpolates the rows of `picture`. `lines`: float64 [side, side]. */
export function moveDown(picture: Uint8Array, { known, from, weights }: ResampledLine, lines: Float64Array): void {
  const side = known.length;
  for (let y = 0, tap = 0; y < side; y++, tap += TAPS) {
    if (!known[y]) continue;
    const r0 = (from[tap] as number) * side;
    const r1 = (from[tap + 1] as number) * side;
    const r2 = (from[tap + 2] as number) * side;
    const r3 = (from[tap + 3] as number) * side;
    const w0 = weights[tap] as number;
    const w1 = weights[tap + 1] as number;
    const w2 = weights[tap + 2] as number;
    const w3 = weights[tap + 3] as number;
    for (let x = 0; x < side; x++)
      lines[y * side + x] =
        w0 * (picture[r0 + x] as number) +
        w1 * (picture[r1 + x] as number) +
        w2 * (picture[r2 + x] as number) +
        w3 * (picture[r3 + x] as number);
  }
}

/**
 * Interpolates the columns of `lines`. `moved`: float64 [side, side]. `inside`: 1 where both directions are inside the
 * image.
 */
export function moveAcross(
  lines: Float64Array,
  rows: ResampledLine,
  { known, from, weights }: ResampledLine,
  moved: Float64Array,
  inside: Uint8Array,
): void {
  const side = known.length;
  for (let y = 0, row = 0; y < side; y++, row += side)
    for (let x = 0, tap = 0; x < side; x++, tap += TAPS) {
      const isInside = (rows.known[y] as number) & (known[x] as number);
      inside[row + x] = isInside;
      if (!isInside) continue;
      moved[row + x] =
        (weights[tap] as number) * (lines[row + (from[tap] as number)] as number) +
        (weights[tap + 1] as number) * (lines[row + (from[tap + 1] as number)] as number) +
        (weights[tap + 2] as number) * (lines[row + (from[tap + 2] as number)] as number) +
        (weights[tap + 3] as number) * (lines[row + (from[tap + 3] as number)] as number);
    }
}

// Correlation of the tones of two images after matching them by a tone curve. Brightening that clips tones bends this
// curve: a straight line would not match a brightened copy with a sky.

/** Below this share of the variance a quadratic term is not used. */
const LEAST_SPAN = 1e-9;

/** Sums of powers of the tones of one image over the compared pixels, and the range of the tones. */
export type Powers = {
  readonly sum: number;
  readonly square: number;
  readonly cube: number;
  readonly fourth: number;
  readonly least: number;
  readonly most: number;
};
/** ab: sum of products of both tones; aab, abb: of the square of one with the other. Centred tones keep these small. */
export type Tones = {
  readonly count: number;
  readonly a: Powers;
  readonly b: Powers;
  readonly ab: number;
  readonly aab: number;
  readonly abb: number;
};
/** likeness: correlation, -1 to 1. gain, offset: of the line that maps the tones of `a` to those of `b`. */
export type ToneFit = { readonly likeness: number; readonly gain: number; readonly offset: number };

/**
 * Fits a line or, with `bent`, also a parabola that maps the darker image to the brighter one with decreasing slope, as
 * clipping does. Returns the better fit; undefined if one image is uniform.
 */
export function fitTones({ count, a, b, ab, aab, abb }: Tones, bent: boolean): ToneFit | undefined {
  const spreadA = a.square - (a.sum * a.sum) / count;
  const spreadB = b.square - (b.sum * b.sum) / count;
  if (spreadA <= 0 || spreadB <= 0) return undefined;
  const common = ab - (a.sum * b.sum) / count;
  const gain = Math.sqrt(spreadA / spreadB);
  const offset = (a.sum - gain * b.sum) / count;
  const straight = common / Math.sqrt(spreadA * spreadB);
  // If the linear correlation is not positive, an increasing parabola cannot match either.
  if (!bent || straight <= 0) return { likeness: straight, gain, offset };
  const curved =
    a.sum < b.sum
      ? bentLikeness(count, a, { sum: b.sum, spread: spreadB, common, withSquare: aab })
      : bentLikeness(count, b, { sum: a.sum, spread: spreadA, common, withSquare: abb });
  return { likeness: Math.max(straight, curved), gain, offset };
}

type Explained = {
  readonly sum: number;
  readonly spread: number;
  readonly common: number;
  readonly withSquare: number;
};

/**
 * Returns the multiple correlation of the brighter image with the other one and its square; 0 if the parabola decreases
 * or its slope increases.
 */
function bentLikeness(count: number, by: Powers, { sum, spread, common, withSquare }: Explained): number {
  const own = by.square - (by.sum * by.sum) / count;
  const between = by.cube - (by.sum * by.square) / count;
  const ofSquares = by.fourth - (by.square * by.square) / count;
  const withSquares = withSquare - (sum * by.square) / count;
  const span = own * ofSquares - between * between;
  if (!(span > LEAST_SPAN * own * ofSquares)) return 0;
  const slope = (common * ofSquares - withSquares * between) / span;
  const bend = (withSquares * own - common * between) / span;
  if (bend > 0 || slope + 2 * bend * by.most < 0) return 0;
  return Math.sqrt(Math.max(0, Math.min(1, (slope * common + bend * withSquares) / spread)));
}

// How alike the tones of two pictures are, place by place, once one is brought to the light of the other. Light that no longer
// fits into a byte bends the curve that does so: a straight one takes a lightened picture with a sky for another picture.

/** Below this share of what two unrelated powers would span, a curve has nothing to bend by. */
const LEAST_SPAN = 1e-9;

/** Sums of powers of a picture's tones over the places compared, and the ends of the tones. */
export type Powers = {
  readonly sum: number;
  readonly square: number;
  readonly cube: number;
  readonly fourth: number;
  readonly least: number;
  readonly most: number;
};
/** ab: sum of products of both tones; aab, abb: of the square of one with the other. Tones about 0 keep these small. */
export type Tones = {
  readonly count: number;
  readonly a: Powers;
  readonly b: Powers;
  readonly ab: number;
  readonly aab: number;
  readonly abb: number;
};
/** likeness: correlation, -1 to 1. gain, offset: of the straight curve that gives `b` the light of `a`. */
export type ToneFit = { readonly likeness: number; readonly gain: number; readonly offset: number };

/**
 * `bent`: along the better of a straight curve and of one of second degree that gives the darker picture the light of the other,
 * rising less and less, as light does that no longer fits. Undefined where one picture is flat.
 */
export function fitTones({ count, a, b, ab, aab, abb }: Tones, bent: boolean): ToneFit | undefined {
  const spreadA = a.square - (a.sum * a.sum) / count;
  const spreadB = b.square - (b.sum * b.sum) / count;
  if (spreadA <= 0 || spreadB <= 0) return undefined;
  const common = ab - (a.sum * b.sum) / count;
  const gain = Math.sqrt(spreadA / spreadB);
  const offset = (a.sum - gain * b.sum) / count;
  const straight = common / Math.sqrt(spreadA * spreadB);
  // Pictures unlike along a straight curve are not brought near by a bent one that rises.
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

/** Multiple correlation of the lighter one's tones with those of the other and their squares; 0 where that curve falls, or rises ever faster. */
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

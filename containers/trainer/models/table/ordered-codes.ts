// The shared weights of codes of ordered values. Each code of a number has weights of its own, and a few rows would leave those of neighbouring codes
// unrelated: the kernels are sums of free weights and weights of features of a code's place in the order. Exported kernels are the sums.
import type { StateEntry, StateMap } from '../../engine/types.ts';
import type { TableLayout } from './table-layout.ts';

/** Names of weights of features end so, where those of the kernel that they add to end in `/kernel`. */
export const SHARED = '/shared';
/** Kernels whose rows are codes, and those whose columns are. */
export const KERNELS_OF_CODES = ['encoder/hidden1', 'context/hidden1', 'decoder/input'];
export const KERNELS_TO_CODES = ['decoder/logits', 'decoder/logitsContext'];

/** Knots of linear splines over the order, at two scales or at one. */
const SCALES = [[4, 16], [4]];
/** Fewer codes need no features. */
const FEWEST_CODES = 5;
/** Codes times features: with more, a table of many columns takes the coarser scale, or none. */
const MOST_VALUES = 8e6;

export type OrderedCodes = {
  readonly features: number;
  /** Place of the sub-column of each feature. */
  readonly subColumnOfFeature: readonly number[];
  /** [codes, features]. */
  readonly values: Float32Array;
};

/** Undefined where no sub-column has an order, or too many have one. */
export function orderedCodes(layout: TableLayout): OrderedCodes | undefined {
  for (const scales of SCALES) {
    const found = featuresAt(scales, layout);
    if (found) return found;
  }
  return undefined;
}

function featuresAt(scales: readonly number[], { subColumns, codes }: TableLayout): OrderedCodes | undefined {
  const found = subColumns.flatMap(({ positions, offset }, place) => {
    const ordered = positions?.filter((position) => position !== null).length ?? 0;
    return positions && ordered >= FEWEST_CODES
      ? [{ place, offset, rows: positions.map(featuresOf(scales, ordered)) }]
      : [];
  });
  const widths = found.map(({ rows }) => rows[0]?.length ?? 0);
  const features = widths.reduce((sum, width) => sum + width, 0);
  if (features === 0 || codes * features > MOST_VALUES) return undefined;
  const values = new Float32Array(codes * features);
  let first = 0;
  for (const { offset, rows } of found) {
    for (const [code, row] of rows.entries()) values.set(row, (offset + code) * features + first);
    first += rows[0]?.length ?? 0;
  }
  const subColumnOfFeature = found.flatMap(({ place }, at) => Array<number>(widths[at] as number).fill(place));
  return { features, subColumnOfFeature, values };
}

/** Replaces the kernels by their sums with the weights of features, which are left out. */
export function withoutShared(weights: StateMap, layout: TableLayout): StateMap {
  const ordered = orderedCodes(layout);
  if (!ordered) return weights;
  const summed = new Map([...weights].filter(([name]) => !name.endsWith(SHARED)));
  const sum = (name: string, isOfCodes: boolean) => {
    const [kernel, shared] = [weights.get(`${name}/kernel`), weights.get(`${name}${SHARED}`)];
    if (kernel && shared) summed.set(`${name}/kernel`, added(kernel, shared, ordered, isOfCodes));
  };
  for (const name of KERNELS_OF_CODES) sum(name, true);
  for (const name of KERNELS_TO_CODES) sum(name, false);
  return summed;
}

/** The features of a code by its position in [0, 1]: its place, the square of it, and linear splines. */
function featuresOf(most: readonly number[], ordered: number): (position: number | null) => number[] {
  const scales = most.map((knots) => Math.min(knots, Math.ceil(ordered / 2)));
  return (position) => {
    const width = 2 + scales.reduce((sum, knots) => sum + knots, 0);
    if (position === null) return Array<number>(width).fill(0);
    const centred = 2 * position - 1;
    const splines = scales.flatMap((knots) =>
      Array.from({ length: knots }, (_, knot) => Math.max(0, 1 - Math.abs(position * (knots - 1) - knot))),
    );
    return [centred, centred * centred, ...splines];
  };
}

function added(kernel: StateEntry, shared: StateEntry, ordered: OrderedCodes, isOfCodes: boolean): StateEntry {
  const { features, values: ofCode } = ordered;
  const codes = ofCode.length / features;
  const width = kernel.shape[1] as number;
  const values = kernel.values.slice();
  const others = isOfCodes ? width : (kernel.shape[0] as number);
  for (let code = 0; code < codes; code++) {
    for (let feature = 0; feature < features; feature++) {
      const share = ofCode[code * features + feature] as number;
      if (share === 0) continue;
      for (let other = 0; other < others; other++) {
        const at = isOfCodes ? code * width + other : other * width + code;
        const weight = shared.values[isOfCodes ? feature * others + other : other * features + feature] as number;
        values[at] = (values[at] as number) + share * weight;
      }
    }
  }
  return { shape: kernel.shape, values };
}

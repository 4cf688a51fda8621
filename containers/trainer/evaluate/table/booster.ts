// Gradient-boosted trees over binned features for two classes, grown leaf by leaf as LightGBM and scikit-learn's
// HistGradientBoostingClassifier do (Ke et al. 2017): 31 leaves, learning rate 0.1, 100 trees, at least 20 rows in a leaf.

/** Features as bins, one byte a value, column by column. */
export type Features = {
  readonly rows: number;
  readonly columns: readonly Uint8Array[];
  /** Whether bins have no order; they are then ordered by gradient at each split (Fisher 1958). */
  readonly isCategory: readonly boolean[];
};

export type BoosterSettings = {
  readonly trees: number;
  readonly leaves: number;
  readonly learningRate: number;
  readonly leastRows: number;
};

const BOOSTER: BoosterSettings = { trees: 100, leaves: 31, learningRate: 0.1, leastRows: 20 };

const BINS = 256;
/** Minimum rows of a category that is ordered among others; LightGBM's `cat_smooth`. */
const CATEGORY_SMOOTH = 10;
const LEAST_GAIN = 1e-7;
const LEAST_HESSIAN = 1e-3;

type Leaf = {
  readonly rows: Int32Array;
  readonly gradient: number;
  readonly hessian: number;
  readonly histogram: Float64Array;
  best: Split | undefined;
  node: number;
};
type Split = {
  readonly gain: number;
  readonly column: number;
  /** 1 for each bin that goes to the left child. */
  readonly left: Uint8Array;
};
type Tree = {
  readonly column: number[];
  readonly left: (Uint8Array | undefined)[];
  readonly children: [number, number][];
  readonly value: number[];
};

export type Booster = (features: Features) => Float64Array;

/** Trains on targets 0 or 1 and returns the function that computes the log odds of rows. */
export function trainBooster(features: Features, targets: Uint8Array, settings: BoosterSettings = BOOSTER): Booster {
  const { rows } = features;
  const positives = targets.reduce((sum, target) => sum + target, 0);
  const start = Math.log(Math.max(positives, 0.5) / Math.max(rows - positives, 0.5));
  const scores = new Float64Array(rows).fill(start);
  const gradients = new Float64Array(rows);
  const hessians = new Float64Array(rows);
  const trees: Tree[] = [];
  for (let round = 0; round < settings.trees; round++) {
    for (let row = 0; row < rows; row++) {
      const probability = 1 / (1 + Math.exp(-(scores[row] as number)));
      gradients[row] = probability - (targets[row] as number);
      hessians[row] = probability * (1 - probability);
    }
    const tree = growTree(features, gradients, hessians, settings, scores);
    if (tree.children.length === 1) break;
    trees.push(tree);
  }
  return (given) => {
    const out = new Float64Array(given.rows).fill(start);
    for (const tree of trees)
      for (let row = 0; row < given.rows; row++) out[row] = (out[row] as number) + valueAt(tree, given, row);
    return out;
  };
}

function growTree(
  features: Features,
  gradients: Float64Array,
  hessians: Float64Array,
  settings: BoosterSettings,
  scores: Float64Array,
): Tree {
  const tree: Tree = { column: [-1], left: [undefined], children: [[0, 0]], value: [0] };
  const rows = Int32Array.from({ length: features.rows }, (_, row) => row);
  const open: Leaf[] = [leafOf(features, gradients, hessians, settings, rows, 0)];
  for (let leaves = 1; leaves < settings.leaves; leaves++) {
    const leaf = open.reduce<Leaf | undefined>(
      (most, one) => (one.best && one.best.gain > (most?.best?.gain ?? LEAST_GAIN) ? one : most),
      undefined,
    );
    if (!leaf?.best) break;
    const { column, left } = leaf.best;
    const values = features.columns[column] as Uint8Array;
    const goesLeft = (row: number) => left[values[row] as number] === 1;
    const parts = [leaf.rows.filter(goesLeft), leaf.rows.filter((row) => !goesLeft(row))] as const;
    const [a, b] = [tree.column.length, tree.column.length + 1];
    tree.column.push(-1, -1);
    tree.left.push(undefined, undefined);
    tree.children.push([0, 0], [0, 0]);
    tree.value.push(0, 0);
    tree.column[leaf.node] = column;
    tree.left[leaf.node] = left;
    tree.children[leaf.node] = [a, b];
    const isLeftSmall = parts[0].length <= parts[1].length;
    const small = leafOf(features, gradients, hessians, settings, parts[isLeftSmall ? 0 : 1], isLeftSmall ? a : b);
    // The histogram of the larger child is that of its parent minus that of its sibling.
    const rest = leaf.histogram.slice();
    for (let at = 0; at < rest.length; at++) rest[at] = (rest[at] as number) - (small.histogram[at] as number);
    const large = leafOf(
      features,
      gradients,
      hessians,
      settings,
      parts[isLeftSmall ? 1 : 0],
      isLeftSmall ? b : a,
      rest,
    );
    open.splice(open.indexOf(leaf), 1, small, large);
  }
  for (const { node, gradient, hessian, rows: inLeaf } of open) {
    const value = (-settings.learningRate * gradient) / (hessian + LEAST_HESSIAN);
    tree.value[node] = value;
    for (const row of inLeaf) scores[row] = (scores[row] as number) + value;
  }
  return tree;
}

function leafOf(
  features: Features,
  gradients: Float64Array,
  hessians: Float64Array,
  settings: BoosterSettings,
  rows: Int32Array,
  node: number,
  known?: Float64Array,
): Leaf {
  const histogram = known ?? histogramOf(features, gradients, hessians, rows);
  let [gradient, hessian] = [0, 0];
  for (const row of rows) {
    gradient += gradients[row] as number;
    hessian += hessians[row] as number;
  }
  const leaf: Leaf = { rows, gradient, hessian, histogram, best: undefined, node };
  if (rows.length >= 2 * settings.leastRows) leaf.best = bestSplit(features, leaf, settings);
  return leaf;
}

/** Returns the gradients, hessians and row counts of each bin of each column. */
function histogramOf(
  { columns }: Features,
  gradients: Float64Array,
  hessians: Float64Array,
  rows: Int32Array,
): Float64Array {
  const starts = startsOf(columns);
  const histogram = new Float64Array((starts.at(-1) as number) * 3);
  for (const [column, values] of columns.entries()) {
    const start = (starts[column] as number) * 3;
    for (const row of rows) {
      const at = start + (values[row] as number) * 3;
      histogram[at] = (histogram[at] as number) + (gradients[row] as number);
      histogram[at + 1] = (histogram[at + 1] as number) + (hessians[row] as number);
      histogram[at + 2] = (histogram[at + 2] as number) + 1;
    }
  }
  return histogram;
}

const STARTS = new WeakMap<readonly Uint8Array[], number[]>();

/** Returns the position of the first bin of each column in a histogram, and the end of the last. */
function startsOf(columns: readonly Uint8Array[]): number[] {
  const known = STARTS.get(columns);
  if (known) return known;
  const starts = [0];
  for (const values of columns) {
    let most = 0;
    for (const value of values) if (value > most) most = value;
    starts.push((starts.at(-1) as number) + most + 1);
  }
  STARTS.set(columns, starts);
  return starts;
}

function bestSplit(features: Features, leaf: Leaf, { leastRows }: BoosterSettings): Split | undefined {
  const { gradient, hessian, histogram, rows } = leaf;
  const whole = gradient ** 2 / (hessian + LEAST_HESSIAN);
  const starts = startsOf(features.columns);
  let best = { gain: LEAST_GAIN, column: -1, order: [] as ArrayLike<number>, end: 0 };
  for (const [column, isCategory] of features.isCategory.entries()) {
    const start = starts[column] as number;
    const order = isCategory ? byGradient(histogram, start, starts[column + 1] as number) : undefined;
    const bins = order?.length ?? (starts[column + 1] as number) - start;
    let [g, h, n] = [0, 0, 0];
    for (let place = 0; place < bins - 1; place++) {
      const at = (start + (order ? (order[place] as number) : place)) * 3;
      const count = histogram[at + 2] as number;
      if (count === 0) continue;
      g += histogram[at] as number;
      h += histogram[at + 1] as number;
      n += count;
      if (n < leastRows) continue;
      if (rows.length - n < leastRows) break;
      const rest = gradient - g;
      const gain = (g * g) / (h + LEAST_HESSIAN) + (rest * rest) / (hessian - h + LEAST_HESSIAN) - whole;
      if (gain > best.gain) best = { gain, column, order: order ?? [], end: place + 1 };
    }
  }
  if (best.column < 0) return undefined;
  const left = new Uint8Array(BINS);
  if (best.order.length === 0) left.fill(1, 0, best.end);
  for (let place = 0; place < best.end && place < best.order.length; place++) left[best.order[place] as number] = 1;
  return { gain: best.gain, column: best.column, left };
}

/** Returns the bins that have rows, by rising gradient. */
function byGradient(histogram: Float64Array, start: number, end: number): number[] {
  const order: number[] = [];
  for (let bin = 0; bin < end - start; bin++) if ((histogram[(start + bin) * 3 + 2] as number) > 0) order.push(bin);
  const ratios = order.map((bin) => {
    const at = (start + bin) * 3;
    return (histogram[at] as number) / ((histogram[at + 1] as number) + CATEGORY_SMOOTH);
  });
  return order
    .map((_, place) => place)
    .sort((a, b) => (ratios[a] as number) - (ratios[b] as number))
    .map((place) => order[place] as number);
}

function valueAt({ column, left, children, value }: Tree, { columns }: Features, row: number): number {
  let node = 0;
  for (;;) {
    const split = column[node] as number;
    if (split < 0) return value[node] as number;
    const bin = columns[split]?.[row] as number;
    node = (children[node] as [number, number])[(left[node] as Uint8Array)[bin] === 1 ? 0 : 1];
  }
}

/**
 * Returns the area under the ROC curve: how often a row of class 1 has the higher score, ties counted half (Mann and Whitney 1947).
 */
export function areaUnderCurve(scores: Float64Array, targets: Uint8Array): number {
  const order = Array.from(scores.keys()).sort((a, b) => (scores[a] as number) - (scores[b] as number));
  let [positives, ranks] = [0, 0];
  for (let at = 0; at < order.length; ) {
    let end = at;
    while (end < order.length && scores[order[end] as number] === scores[order[at] as number]) end++;
    for (let i = at; i < end; i++) {
      if (targets[order[i] as number] !== 1) continue;
      positives++;
      ranks += (at + end + 1) / 2;
    }
    at = end;
  }
  const negatives = order.length - positives;
  return positives === 0 || negatives === 0
    ? 0.5
    : (ranks - (positives * (positives + 1)) / 2) / (positives * negatives);
}

// Describes the latent space of a trained model: the mixture that fits its codes, its bound under each prior, and how the codes lie.
import { collapseAlarm, countActiveUnits } from '#core/model/active-units.ts';
import { codeDensities, densityQuantiles } from '#core/model/latent/outlier-score.ts';
import type { ResolvedTrain } from '#core/model/resolve-train.ts';
import { normality } from '../../evaluate/shared/normality.ts';
import type { DescribedLatents } from '../../learn/learner.ts';
import type { ImageModelConfig } from '../model.ts';
import { fitLatents } from './latents.ts';
import { type Codes, columnMeans, priorBounds } from './prior-bounds.ts';

type DescribeOptions = {
  readonly train: Codes;
  readonly heldOut: Codes;
  /** Number of classes of the dataset. */
  readonly classes: number;
  readonly config: Pick<ImageModelConfig, 'latentDim' | 'classes'>;
  readonly settings: Pick<ResolvedTrain, 'seed' | 'prior'>;
  /** @default fitLatents */
  readonly fitPrior?: typeof fitLatents | undefined;
};

const LEAST_ROWS = 2;
/** Maximum number of held-out codes whose density is computed: a percentile needs no more. */
const MOST_DENSITIES = 2_000;

export function describeLatents({
  train,
  heldOut,
  classes,
  config,
  settings,
  fitPrior = fitLatents,
}: DescribeOptions): DescribedLatents {
  const dim = config.latentDim;
  const isFlow = settings.prior === 'flow';
  const fitted = fitPrior({ train, heldOut, dim, classes, seed: settings.seed });
  const { mixture } = fitted;
  const boundsOf = (codes: Codes) => priorBounds({ codes, dim, mixture, isFlow });
  const rows = heldOut.labels.length;
  // Units are counted by codes, not in the base space: a flow that reads the class removes the information about the class.
  const activeUnits = countActiveUnits(train.zMean, dim);
  const facts = {
    ...fitted.facts,
    activeUnits,
    alarm: collapseAlarm(activeUnits, dim) ?? null,
    klByUnit: columnMeans(heldOut.klByUnit, dim),
    ...(isFlow &&
      rows >= LEAST_ROWS && { base: normality({ rows, columns: dim, values: heldOut.base }, settings.seed) }),
    ...(isFlow && config.classes > 0 && { classShares: sharesOf(train.labels, config.classes) }),
  };
  const trained = new Map([...boundsOf(train)].map(([prior, bounds]) => [prior, meanOf(bounds)]));
  const quantiles: DescribedLatents['quantiles'] = (prior) =>
    densityQuantiles(
      prior === 'flow' && heldOut.meanDensity
        ? heldOut.meanDensity
        : codeDensities(heldOut.zMean.subarray(0, MOST_DENSITIES * dim), dim, prior === 'mixture' ? mixture : null),
    );
  return { facts, mixture, bounds: boundsOf(heldOut), trained, quantiles };
}

/** Returns the share of each class and, last, of items without one. */
export function sharesOf(labels: Int32Array, classes: number): number[] {
  const counts = Array.from({ length: classes + 1 }, () => 0);
  for (const label of labels) {
    const position = label < 0 ? classes : label;
    counts[position] = (counts[position] as number) + 1;
  }
  return counts.map((count) => count / labels.length);
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

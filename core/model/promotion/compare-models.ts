// Which of two models is better, where that can be said at all: on one snapshot's test split, by a figure both have.

import type { ModelCard } from '../messages/card.ts';
import type { Compared } from '../messages/image-metrics.ts';
import { amountOf, titleOf } from '../metrics.ts';

export type Comparison =
  | {
      readonly comparable: true;
      readonly figure: string;
      readonly one: number;
      readonly other: number;
      /** True where the intervals of the two overlap: neither is better. */
      readonly tied: boolean;
    }
  | { readonly comparable: false; readonly why: string };

/** Every deciding figure is better when it is lower. */
export function compareModels(one: ModelCard, other: ModelCard): Comparison {
  if (one.snapshotId !== other.snapshotId) return no('they were scored on different snapshots');
  // A bound and a likelihood on the same codes: the bound is never the lower one by being a bound.
  if (one.metrics.table && other.metrics.table) return byFigure('nats', one, other);
  const { selection } = one.metrics;
  if (selection === other.metrics.selection && selection !== 'kid') {
    // Densities of different families of laws are no measure of one another.
    if (one.train.likelihood !== other.train.likelihood) return no('their likelihoods differ', one, other);
    return byFigure(selection, one, other);
  }
  return sameFeatures(one, other)
    ? byFigure('kid', one, other)
    : no('their images were compared by different features');
}

/** Whether figures such as KID say anything about the two together. */
export function sameFeatures(one: ModelCard, other: ModelCard): boolean {
  const [a, b] = [one.metrics.images?.features.sha256, other.metrics.images?.features.sha256];
  return a !== undefined && a === b;
}

/** `its held-out ELBO 99.10 nats, against 101.30 nats of vae-1`: null where they cannot be compared. */
export function saidOf(comparison: Comparison, otherId: string): string | null {
  if (!comparison.comparable) return null;
  const { figure, one, other } = comparison;
  return `its ${titleOf(figure)} ${amountOf(figure, one)}, against ${amountOf(figure, other)} of ${otherId}`;
}

function byFigure(figure: string, one: ModelCard, other: ModelCard): Comparison {
  const [a, b] = [one.metrics.figures[figure], other.metrics.figures[figure]];
  if (a === undefined || b === undefined) return no(`one of them has no ${titleOf(figure)}`);
  return {
    comparable: true,
    figure,
    one: a,
    other: b,
    tied: overlap(intervalOf(one, figure), intervalOf(other, figure)),
  };
}

function intervalOf({ metrics }: ModelCard, figure: string): Compared['interval'] {
  return metrics.images?.figures.find(({ name }) => name === figure)?.interval ?? null;
}

function overlap(a: Compared['interval'], b: Compared['interval']): boolean {
  return a !== null && b !== null && a.low <= b.high && b.low <= a.high;
}

/** Models of one snapshot that differ in their likelihood still draw images that can be compared. */
function no(why: string, one?: ModelCard, other?: ModelCard): Comparison {
  if (one && other && sameFeatures(one, other)) return byFigure('kid', one, other);
  return { comparable: false, why };
}

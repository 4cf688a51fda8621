// Decides which of two models is better, if they can be compared: on one snapshot's test split, by a metric that both have.

import type { ModelCard } from '../messages/card.ts';
import type { Compared } from '../messages/image-metrics.ts';
import { amountOf, metricTitle } from '../metrics.ts';

export type CardComparison =
  | {
      readonly comparable: true;
      readonly metric: string;
      readonly one: number;
      readonly other: number;
      /** True where the intervals of the two overlap: neither is better. */
      readonly tied: boolean;
    }
  | { readonly comparable: false; readonly why: string };

/** Standard errors on each side of a mean that hold 95 % of a normal distribution. */
const Z95 = 1.96;

/** Every deciding metric is better when it is lower. */
export function compareCards(one: ModelCard, other: ModelCard): CardComparison {
  if (one.snapshotId !== other.snapshotId) return no('they were scored on different snapshots');
  // A bound and an exact likelihood on the same codes can be compared: a bound never exceeds the likelihood.
  if (one.metrics.table && other.metrics.table) return compareTables(one, other);
  if ((one.metrics.text && other.metrics.text) || (one.metrics.pairs && other.metrics.pairs))
    return byFigure('bits', one, other);
  const { selection } = one.metrics;
  if (selection === other.metrics.selection && selection !== 'kid') {
    // Densities of different families of distributions cannot be compared.
    if (one.train.likelihood !== other.train.likelihood) return no('their likelihoods differ', one, other);
    return byFigure(selection, one, other);
  }
  return sameFeatures(one, other)
    ? byFigure('kid', one, other)
    : no('their images were compared by different features');
}

/** By the likelihood of held-out rows; a GAN has none, so by how easily its rows are told from real ones. */
function compareTables(one: ModelCard, other: ModelCard): CardComparison {
  const byNats = byFigure('nats', one, other);
  if (byNats.comparable) return byNats;
  const byDetection = byFigure('detection', one, other);
  if (!byDetection.comparable) return byDetection;
  const rows = Math.min(one.metrics.table?.n ?? 0, other.metrics.table?.n ?? 0);
  return { ...byDetection, tied: Math.abs(byDetection.one - byDetection.other) < 2 * Z95 * aucError(rows) };
}

/** The standard error of an AUC of as many rows on each side, where the sides are alike (Hanley and McNeil 1982). */
function aucError(rows: number): number {
  return Math.sqrt((2 * rows + 1) / (12 * rows ** 2));
}

/** Returns whether metrics such as KID of the two cards can be compared. */
export function sameFeatures(one: ModelCard, other: ModelCard): boolean {
  const [a, b] = [one.metrics.images?.features.sha256, other.metrics.images?.features.sha256];
  return a !== undefined && a === b;
}

/** `its held-out ELBO 99.10 nats, against 101.30 nats of vae-1`: null where they cannot be compared. */
export function saidOf(comparison: CardComparison, otherId: string): string | null {
  if (!comparison.comparable) return null;
  const { metric, one, other } = comparison;
  return `its ${metricTitle(metric)} ${amountOf(metric, one)}, against ${amountOf(metric, other)} of ${otherId}`;
}

function byFigure(metric: string, one: ModelCard, other: ModelCard): CardComparison {
  const [a, b] = [one.metrics.figures[metric], other.metrics.figures[metric]];
  if (a === undefined || b === undefined) return no(`one of them has no ${metricTitle(metric)}`);
  return {
    comparable: true,
    metric,
    one: a,
    other: b,
    tied: overlap(intervalOf(one, metric), intervalOf(other, metric)),
  };
}

function intervalOf({ metrics }: ModelCard, metric: string): Compared['interval'] {
  return metrics.images?.figures.find(({ name }) => name === metric)?.interval ?? null;
}

function overlap(a: Compared['interval'], b: Compared['interval']): boolean {
  return a !== null && b !== null && a.low <= b.high && b.low <= a.high;
}

/** Models of one snapshot that differ in their likelihood still draw images that can be compared. */
function no(why: string, one?: ModelCard, other?: ModelCard): CardComparison {
  if (one && other && sameFeatures(one, other)) return byFigure('kid', one, other);
  return { comparable: false, why };
}

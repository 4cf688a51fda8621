// Faults of the rows that a model draws. No single metric shows them all: shuffled columns have perfect columns, copied training
// rows have perfect pairs.
import { shareText } from '../../base/format.ts';
import type { TableFigure, TableFigureName, TableMetrics } from '../messages/table-metrics.ts';
import type { ModelFault } from './model-fault.ts';

type TableFault = ModelFault<'collapsed' | 'copied' | 'worse-than-baseline' | 'latent-class-better'>;

/** Minimum number of distinct rows, as a share of that of real rows. */
const LEAST_DISTINCT = 0.5;
/** Accuracy of single columns, which even shuffled columns have. */
const LEAST_COLUMNS = 0.7;
/** Copies beyond those that held-out rows have: a share, and standard errors. */
const MOST_COPIES = 0.01;
const ERRORS = 4;
/** Share of rows nearer to a training row, beyond that of held-out rows. */
const MOST_CLOSER = 0.1;
/** Share of the nats of a row by which a latent-class model is better beyond chance. */
const NATS_BEYOND_CHANCE = 0.01;

export function tableFaults(metrics: TableMetrics): TableFault[] {
  return [...collapse(metrics), ...copies(metrics), ...baseline(metrics), ...latentClass(metrics)];
}

function collapse(metrics: TableMetrics): TableFault[] {
  const distinct = metricOf(metrics, 'distinct');
  const columns = metricOf(metrics, 'marginals1');
  if (distinct && distinct.real !== null && distinct.model < LEAST_DISTINCT * distinct.real) {
    const sentence = `The drawn rows repeat each other: ${shareText(distinct.model, 1)} of them are distinct; of real rows, ${shareText(distinct.real, 1)} are. Train longer, or try another model family.`;
    return [{ code: 'collapsed', sentence, blocks: true }];
  }
  if (!columns || columns.model >= LEAST_COLUMNS) return [];
  const sentence = `The values of the drawn rows are not those of the table: the distributions of single columns agree by ${shareText(columns.model, 1)}; the minimum is ${shareText(LEAST_COLUMNS, 1)}. Train longer, or try another model family.`;
  return [{ code: 'collapsed', sentence, blocks: true }];
}

function copies(metrics: TableMetrics): TableFault[] {
  const copied = metricOf(metrics, 'copies');
  const closer = metricOf(metrics, 'dcrShare');
  if (copied && copied.real !== null) {
    const error = Math.sqrt((copied.real * (1 - copied.real)) / metrics.n + 1 / metrics.n ** 2);
    if (copied.model > copied.real + MOST_COPIES + ERRORS * error) {
      const sentence = `The model copies training rows: ${shareText(copied.model, 1)} of the rows drawn equal one, of held-out rows ${shareText(copied.real, 1)}. Add rows, or train for fewer epochs.`;
      return [{ code: 'copied', sentence, blocks: true }];
    }
  }
  if (!closer || closer.real === null || closer.model <= closer.real + MOST_CLOSER) return [];
  const sentence = `The rows drawn lie near training rows: for ${shareText(closer.model, 1)} of them a training row is nearer than a held-out one, for real rows for ${shareText(closer.real, 1)}. Add rows, or train for fewer epochs.`;
  return [{ code: 'copied', sentence, blocks: true }];
}

function baseline(metrics: TableMetrics): TableFault[] {
  const pairs = metricOf(metrics, 'marginals2');
  const detection = metricOf(metrics, 'detection');
  if (!pairs || pairs.shuffled === null || pairs.model >= pairs.shuffled) return [];
  if (detection && detection.shuffled !== null && detection.model < detection.shuffled) return [];
  const sentence = `The rows drawn are no better than training rows with each column shuffled: pairs of columns are ${shareText(pairs.model, 1)} right, shuffled ${shareText(pairs.shuffled, 1)}. Train longer, or try another model family.`;
  return [{ code: 'worse-than-baseline', sentence, blocks: true }];
}

/** The latent-class model of the same report is better in likelihood and in draws: the model works, but a simpler one serves better. */
function latentClass(metrics: TableMetrics): TableFault[] {
  const quality = metricOf(metrics, 'quality');
  if (!quality || quality.latentClass === null || quality.latentClass <= quality.model) return [];
  const than = betterThan(metrics);
  if (than === undefined) return [];
  const sentence = `A latent-class model is better on this table: ${than}, Quality ${quality.latentClass.toFixed(3)} instead of ${quality.model.toFixed(3)}. It trains in seconds: add --set model=latent-class to goldpan fit.`;
  return [{ code: 'latent-class-better', sentence, blocks: false }];
}

/** By how much the latent-class model is better, if it is: in likelihood, or of a GAN, which has none, in what tells its rows from real ones. */
function betterThan(metrics: TableMetrics): string | undefined {
  const nats = metricOf(metrics, 'nats');
  if (nats)
    return nats.latentClass !== null && nats.latentClass < (1 - NATS_BEYOND_CHANCE) * nats.model
      ? `${nats.latentClass.toFixed(2)} nats a held-out row instead of ${nats.model.toFixed(2)}`
      : undefined;
  const detection = metricOf(metrics, 'detection');
  return detection && detection.latentClass !== null && detection.latentClass < detection.model
    ? `its rows are told from real ones with an AUC of ${detection.latentClass.toFixed(3)} instead of ${detection.model.toFixed(3)}`
    : undefined;
}

function metricOf({ figures }: TableMetrics, wanted: TableFigureName): TableFigure | undefined {
  return figures.find(({ name }) => name === wanted);
}

// The messages of training: what a run writes during training and at its end.
import * as z from 'zod';
import { FirstVersion } from '../../base/json/schema-version.ts';
import { TrainConfig } from '../../kinds/train-config.ts';
import { MetricValues } from '../metrics.ts';
import { AudioMetrics } from './audio-metrics.ts';
import { ImageMetrics } from './image-metrics.ts';
import { LatentFacts } from './latent-facts.ts';
import { PairMetrics } from './pair-metrics.ts';
import { PhotoMetrics } from './photo-metrics.ts';
import { TableMetrics } from './table-metrics.ts';
import { TextMetrics } from './text-metrics.ts';

/** One line of metrics.jsonl, for one epoch. Metrics depend on the model's family, so they are stored by name. */
export const EpochMetrics = z.strictObject({
  epoch: z.int().min(1),
  step: z.int().min(1),
  /** Means of the steps' losses, per item; `loss` is among them. */
  train: MetricValues,
  /** On the validation split, each over exactly its items. */
  validation: MetricValues,
  /** Name of the metric in `validation` by which epochs are compared; lower is better. */
  selection: z.string(),
  /** Scheduled values of the last step: learning rate, beta and so on. */
  schedule: MetricValues,
  /** Root mean square of each weight's gradient and of each observed activation, in one step of the epoch. */
  norms: z.strictObject({ gradients: MetricValues, activations: MetricValues }).optional(),
  seconds: z.number(),
  itemsPerSecond: z.number(),
  memoryMiB: z.number(),
});
export type EpochMetrics = z.infer<typeof EpochMetrics>;

/** runs/<ds>/<runId>/head.json: the lease and the place of a run, moved with If-Match only. */
export const RunHead = z.strictObject({
  schemaVersion: FirstVersion,
  runId: z.string(),
  attempt: z.int(),
  owner: z.string(),
  /** ISO 8601. Past it, another worker may take over. */
  leaseUntil: z.string(),
  status: z.enum(['running', 'stopped', 'ended']),
  /** training: epochs are running. scoring: the test split is evaluated and the model exported. */
  phase: z.enum(['training', 'scoring']),
  /** The step after training that is under way. */
  scoring: z.strictObject({ name: z.string(), done: z.int().min(0), of: z.int().min(1) }).optional(),
  /** Seconds of the run when the head was written, over all attempts. */
  seconds: z.int().min(0).optional(),
  epoch: z.int().min(0),
  epochs: z.int().min(1),
  /** Minutes in which the run is to end with its model; null: no limit. */
  budgetMinutes: TrainConfig.shape.budgetMinutes,
  step: z.int().min(0),
  stepsPerEpoch: z.int().min(1),
  /** The newest whole checkpoint, by its step. */
  checkpointStep: z.int().nullable(),
  checkpointSha256: z.string().nullable(),
});
export type RunHead = z.infer<typeof RunHead>;

/** Held-out figures on the test split, scored once; for a VAE of grey pixels `negativeElbo` and its `floor`. */
export const TestMetrics = z.strictObject({
  items: z.int(),
  /** Name of the metric in `figures` by which models of one dataset are compared; lower is better. */
  selection: z.string(),
  figures: MetricValues,
  /** The importance-weighted bound of the first `items` test items with k draws each: tighter than the ELBO (Burda 2015). */
  importance: z.strictObject({ k: z.int(), items: z.int(), nats: z.number() }).optional(),
  /** Metrics of the generated images, with reference values for real images and a simple baseline model. */
  images: ImageMetrics.optional(),
  /** The same of the rows drawn. */
  table: TableMetrics.optional(),
  /** The same of the clips drawn. */
  audio: AudioMetrics.optional(),
  /** The same of the texts drawn. */
  text: TextMetrics.optional(),
  /** The same of the answers, where items are pairs. */
  pairs: PairMetrics.optional(),
  /** For photos: the same metrics computed with a network that was not used in training. */
  photos: PhotoMetrics.optional(),
});
export type TestMetrics = z.infer<typeof TestMetrics>;

export const Environment = z.strictObject({
  node: z.string(),
  tensorflow: z.string(),
  cpu: z.string(),
  device: z.enum(['cpu', 'gpu']),
  towers: z.int(),
  threads: z.int(),
  precision: z.enum(['float32', 'bfloat16']),
});
export type Environment = z.infer<typeof Environment>;

/** The one retry of a run that diverged: it resumes from the checkpoint before, with every learning rate halved. */
export const Retry = z.strictObject({
  /** The loss that diverged, with its epoch and step. */
  message: z.string(),
  /** Steps done at the checkpoint from which it went on; 0 = from the beginning. */
  fromStep: z.int().min(0),
});
export type Retry = z.infer<typeof Retry>;

/** Seconds of a run; training includes the start. */
export const RunPhases = z.strictObject({ training: z.number(), scoring: z.number(), export: z.number() });
export type RunPhases = z.infer<typeof RunPhases>;

/** runs/<ds>/<runId>/run.json: the outcome. Failures of the domain end here, not in the exit code. */
export const RunOutcome = z.strictObject({
  schemaVersion: FirstVersion,
  runId: z.string(),
  dataset: z.string(),
  snapshotId: z.string(),
  attempt: z.int(),
  status: z.enum(['succeeded', 'failed', 'stopped']),
  /** Why it failed or stopped, in words, with the error's name. */
  reason: z.strictObject({ name: z.string(), message: z.string() }).nullable(),
  modelId: z.string().nullable(),
  train: TrainConfig,
  /** The person who overrode the gate; absent if it was not overridden. */
  forcedBy: z.string().optional(),
  /** Why the training ended: all epochs were done, `patience` epochs brought no improvement, or the budget was used up. */
  endedBy: z.enum(['epochs', 'patience', 'budget']).nullable(),
  bestEpoch: z.int().nullable(),
  epochs: z.array(EpochMetrics),
  metrics: TestMetrics.nullable(),
  /** Only for families with an encoder: the comparison of priors, as in the model card. Absent in older outcomes. */
  latent: LatentFacts.nullable().optional(),
  /** `usd` is null if nobody is billed; `basis` states the price. */
  cost: z.strictObject({ seconds: z.number(), usd: z.number().nullable(), basis: z.string() }),
  /** The seconds by phase of a run that ended with a model; absent in older outcomes. */
  phases: RunPhases.optional(),
  resumed: z.int().min(0),
  retry: Retry.nullable(),
  /** False where it went on on a host of another kind: as good, but not the bytes that one host would have made. */
  bitExact: z.boolean(),
  environment: Environment,
});
export type RunOutcome = z.infer<typeof RunOutcome>;

/** control/<ds>/<runId>.stop.json */
export const StopRequest = z.strictObject({ schemaVersion: FirstVersion, by: z.string() });
export type StopRequest = z.infer<typeof StopRequest>;

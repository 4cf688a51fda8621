// The messages between the trainer's parent process, which accesses the bucket, and its engine process, which uses TensorFlow.
import type { ImageConfig } from '#core/kinds/image/config.ts';
import type { Split } from '#core/kinds/split.ts';
import type { TrainConfig } from '#core/kinds/train-config.ts';
import type { AudioInput, TableInput, TextInput } from '#core/model/messages/card.ts';
import type { FeatureNetFacts } from '#core/model/messages/image-metrics.ts';
import type { LatentFacts } from '#core/model/messages/latent-facts.ts';
import type { Environment, Retry, RunOutcome, TestMetrics } from '#core/model/messages/run.ts';
import type { TrainingProgress } from './checkpoint.ts';

/** The name of the step that writes the model's files. */
export const EXPORT_STEP = 'export';

/** The file with the weights of a feature network, and its description. */
export type StoredFeatures = {
  readonly weightsFile: string;
  readonly facts: FeatureNetFacts;
};

/** The data of a task, by kind. `codec.json` describes the coding of rows, clips and texts. */
export type TaskInput =
  | { readonly kind: 'image'; readonly image: ImageConfig }
  | { readonly kind: 'table'; readonly table: TableInput }
  | { readonly kind: 'audio'; readonly audio: AudioInput }
  | { readonly kind: 'text'; readonly text: TextInput };

export type EngineTask = AnyTask & TaskInput;
export type ImageTask = AnyTask & Extract<TaskInput, { kind: 'image' }>;
export type AudioTask = AnyTask & Extract<TaskInput, { kind: 'audio' }>;
export type TableTask = AnyTask & Extract<TaskInput, { kind: 'table' }>;
export type TextTask = AnyTask & Extract<TaskInput, { kind: 'text' }>;

type AnyTask = {
  readonly train: TrainConfig;
  /** Number of classes of the dataset. */
  readonly classes: number;
  /** Holds `<split>.pixels` and `<split>.labels` of images and of the pictures of clips, or `<split>.codes` with `<split>.cells.json` or `<split>.labels`; the engine writes its checkpoints and the model below it. */
  readonly folder: string;
  readonly items: Readonly<Record<Split, number>>;
  /** The snapshot's feature network, where one is stored. */
  readonly features: StoredFeatures | null;
  /** Weights that a run without a checkpoint starts from. */
  readonly parentFile: string | null;
  /** Not null after the run has diverged: it continues at half the learning rate. */
  readonly retry: Retry | null;
  /**
   * Seconds of the run before this process, over all attempts, and those of the budget that are kept for scoring and export. Absent:
   * training alone counts for the budget.
   */
  readonly budget?: { readonly spentSeconds: number; readonly keptSeconds: number };
  /** The state of an earlier attempt, with the environment in which it ran. */
  readonly resume: {
    readonly stateFile: string;
    readonly progress: TrainingProgress;
    readonly environment: Environment;
  } | null;
};

export type EngineResult = {
  readonly progress: TrainingProgress;
  readonly endedBy: NonNullable<RunOutcome['endedBy']>;
  readonly metrics: TestMetrics;
  /** Drawn with the weights that are exported. */
  readonly samples: Uint8Array;
  /** The folder of the model's files, and their paths relative to it. */
  readonly modelFolder: string;
  readonly files: readonly string[];
  /** For families with an encoder. */
  readonly latent: LatentFacts | null;
};

export type ToEngine =
  | { readonly type: 'start'; readonly task: EngineTask }
  | { readonly type: 'stop' }
  /** The last checkpoint is stored. */
  | { readonly type: 'stored' };

export type FromEngine =
  | { readonly type: 'ready'; readonly environment: Environment; readonly stepsPerEpoch: number }
  | { readonly type: 'parent'; readonly fitting: number; readonly of: number }
  | { readonly type: 'position'; readonly epoch: number; readonly step: number }
  /** Training is over; a step of the scoring, or the export, begins. */
  | { readonly type: 'scoring'; readonly name: string; readonly done: number; readonly of: number }
  /** `samples` where an epoch has just ended. To be answered with `stored`. */
  | {
      readonly type: 'checkpoint';
      readonly stateFile: string;
      readonly progress: TrainingProgress;
      readonly samples: Uint8Array | null;
    }
  /** A grid from within the first epoch. */
  | { readonly type: 'preview'; readonly samples: Uint8Array }
  /** Draws of photos, each followed by its nearest training photo. */
  | { readonly type: 'nearest'; readonly pairs: Uint8Array }
  /** The snapshot had no feature network: this one was trained for it. */
  | { readonly type: 'features'; readonly features: StoredFeatures }
  /** The last checkpoint was written because a stop was asked for. */
  | { readonly type: 'stopped' }
  | { readonly type: 'finished'; readonly result: EngineResult }
  /** A failure of the domain, by the name in FAILURE. */
  | { readonly type: 'failed'; readonly name: string; readonly message: string };

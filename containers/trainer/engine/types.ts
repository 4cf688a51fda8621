// The types of the engine: what a model provides, and what a compiled session returns.
import type { Tensor } from '@tensorflow/tfjs-node';

/** One named tensor of the run's state, in host memory. All trained values and slots are float32. */
export type StateEntry = {
  readonly shape: readonly number[];
  readonly values: Float32Array;
};

/** Everything that a resume needs, by name: weights, optimizer slots and powers, EMA, norm statistics, step. */
export type StateMap = ReadonlyMap<string, StateEntry>;

/** Tensors of the state as a model sees them, keyed `part/layer/kernel`. */
export type Params = Readonly<Record<string, Tensor>>;

export type FeedSpec = {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
};

export type FeedValue = Float32Array | Int32Array | number;

/**
 * Random numbers and layers of a step. Draws are stateless: keyed by (seed, step, site, tower), so the same
 * step always draws the same numbers and a resume needs no generator state.
 */
export type TraceContext = {
  /** Standard normal noise. `site` names the draw and is unique within a program. */
  normal(shape: readonly number[], site: string): Tensor;
  /** Uniform noise in [0, 1). */
  uniform(shape: readonly number[], site: string): Tensor;
  /** Applies inverted dropout; returns the input in programs without updates. */
  dropout(x: Tensor, rate: number, site: string): Tensor;
  /** Returns a scalar of the feed, such as the learning rate or beta, which does not become a constant of the graph. */
  scalar(name: string): Tensor;
  /** Marks a layer's output, whose root mean square may then be fetched as `norm/activation/<site>`. Gives x back. */
  observe(site: string, x: Tensor): Tensor;
};

export type StepResult = {
  /**
   * Mean loss of the batch, differentiated with respect to the parts named in `updates`. Absent: nothing is trained.
   */
  readonly loss?: Tensor;
  /** Values that may be fetched by name: batch outputs or scalars. */
  readonly outputs: Readonly<Record<string, Tensor>>;
  /**
   * New values of state that no gradient changes, by name, for example norm statistics. They are in a part of their own that no program
   * lists in `updates`; the values of towers are averaged. A program that does not assign them only reads them.
   */
  readonly assigns?: Readonly<Record<string, Tensor>>;
};

/** One forward computation on the state. `updates` names the parts (first segment of a state name) that it trains. */
export type Program = {
  readonly feed: Readonly<Record<string, FeedSpec>>;
  readonly updates: readonly string[];
  readonly step: (params: Params, feed: Readonly<Record<string, Tensor>>, context: TraceContext) => StepResult;
  /** Feeds whose first dimension is split between towers; the others go to each tower whole. */
  readonly batched?: readonly string[];
  /** Reads the moving average of each weight that has one; only for programs that train nothing. */
  readonly averaged?: boolean;
};

export type OptimizerOptions = {
  readonly kind: 'adam' | 'adamw';
  readonly beta1: number;
  /** Parts with another first decay, by name. */
  readonly beta1ByPart?: Readonly<Record<string, number>>;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay?: number;
  /** Global gradient norm above which gradients are scaled down; absent: gradients are never clipped. */
  readonly clipNorm?: number;
  /**
   * Decay of an exponential moving average of each updated weight, stored under `ema/<name>`; absent: no average. `fed`: the scalar feed
   * `emaDecay` of each run that changes an averaged weight. `asked`: averages are only updated by `Session.average`, because an update in
   * every step costs as much memory traffic as the optimizer.
   */
  readonly emaDecay?: number | 'fed' | 'asked';
  /** The parts whose weights are averaged; absent = all that are trained. */
  readonly emaParts?: readonly string[];
};

export type CompileOptions<Name extends string> = {
  readonly state: StateMap;
  readonly programs: Readonly<Record<Name, Program>>;
  readonly optimizer: OptimizerOptions;
  readonly seed: number;
  /** Data-parallel slices of one batch inside the graph; 1 on GPU. */
  readonly towers: number;
  readonly precision: 'float32' | 'bfloat16';
};

/** The state lives inside; every training program also takes the scalar feed `learningRate`. */
export type Session<Name extends string> = {
  /**
   * Runs one complete step. Returns only the outputs that `fetch` names, in addition to `loss`, which a training program always has.
   */
  run(
    program: Name,
    feed: Readonly<Record<string, FeedValue>>,
    fetch?: readonly string[],
  ): Record<string, Float32Array>;
  /**
   * Outputs of a training program that are computed only where they are fetched: `norm/gradient/<weight>` before clipping and
   * `norm/activation/<site>`, root mean squares.
   */
  norms(program: Name): readonly string[];
  /** Moves each average to decay x average + (1 - decay) x weight. Throws unless `emaDecay` is `asked`. */
  average(decay: number): void;
  /** The number of training steps done, over all programs; keys the random draws. */
  readonly step: number;
  fetch(names: readonly string[]): Map<string, StateEntry>;
  save(): Map<string, StateEntry>;
  load(state: StateMap): void;
  dispose(): void;
};

// The interface of a model family towards the training loop and the export.
import type { Program, StateMap } from '../engine/types.ts';

export type ImageModelConfig = {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly latentDim: number;
  /**
   * Number of conditioning classes, 0 = unconditional. With classes, the programs take `label` [batch, classes], one-hot.
   */
  readonly classes: number;
  /** Items per step of every program. */
  readonly batchSize: number;
};

export type Model<Name extends string = string> = {
  /** Weights that are the same in every run. They are not in checkpoints, and exports may read them. */
  readonly frozen?: StateMap;
  /** The first segments of the names in the state; `decoder` or `generator` is the half that samples. */
  readonly parts: readonly string[];
  initialState(seed: number): StateMap;
  readonly programs: Readonly<Record<Name, Program>>;
  /**
   * The exported programs: each is a forward pass over weights alone, for any batch size. The half that samples takes `z` [batch,
   * latentDim] and, with classes, `label` [batch, classes] (one-hot; zeros = no class), and returns `pixels`.
   */
  readonly exports: Readonly<Record<string, (batchSize: number) => Program>>;
  /** Programs that are exported as ONNX only, for the endpoint. They may contain gradients, for which the browser's format has no operations. */
  readonly endpointExports?: Readonly<Record<string, (batchSize: number) => Program>>;
};

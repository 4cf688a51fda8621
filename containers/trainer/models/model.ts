// What every model family hands to the training loop and to the export.
import type { Program, StateMap } from '../engine/types.ts';

export type ImageModelConfig = {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly latentDim: number;
  /** Of a conditional model, whose programs then take `label` [batch, classes], one-hot; 0 = it knows no classes. */
  readonly classes: number;
  /** Items per step of every program. */
  readonly batchSize: number;
};

export type Model<Name extends string = string> = {
  /** Weights that are the same in every run: no checkpoint holds them, and exports may read them. */
  readonly frozen?: StateMap;
  /** The first segments of the state's names; `decoder` or `generator` is the half that samples. */
  readonly parts: readonly string[];
  initialState(seed: number): StateMap;
  readonly programs: Readonly<Record<Name, Program>>;
  /**
   * What is shipped, each a forward program over weights alone, for any batch. The half that samples takes `z`
   * [batch, latentDim] and, where there are classes, `label` [batch, classes] (one-hot; zeros = no class), and gives `pixels`.
   */
  readonly exports: Readonly<Record<string, (batchSize: number) => Program>>;
};

// The type of a fault in what a model draws, for every kind of data.

export type ModelFault<Code extends string = string> = {
  readonly code: Code;
  /** The measured value, the value it is compared with, and what to do. */
  readonly sentence: string;
  /** True = the model is not promoted unless a person orders it. */
  readonly blocks: boolean;
};

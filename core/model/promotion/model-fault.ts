// The type of a fault of generated items, for every kind of data.

export type ModelFault<Code extends string = string> = {
  readonly code: Code;
  /** The measured value, the value it is compared with, and the advice. */
  readonly sentence: string;
  /** True = the model is not promoted unless a person orders it. */
  readonly blocks: boolean;
};

// A fault of a model: what is wrong with what it draws, whatever its kind of data.

export type ModelFault<Code extends string = string> = {
  readonly code: Code;
  /** What was measured, what it is compared with, what to do. */
  readonly sentence: string;
  /** True = the model is not promoted unless a person orders it. */
  readonly blocks: boolean;
};

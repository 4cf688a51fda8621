// What a peer on pandas tells of a table that it checked.

export type CheckedInPandas = {
  readonly version: string;
  /** Processor seconds and seconds, without starting Python and its imports. */
  readonly cpu: number;
  readonly wall: number;
  readonly memoryMiB: number;
  readonly accepted: number;
};

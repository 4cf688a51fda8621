// Samples the rows of a table, for any family: codes of blocks of rows, unconditional, restricted or completed.

export type BlockOfRows = {
  readonly seed: number;
  /** Rows block x BLOCK_ROWS and on; the same block of the same seed is always the same. */
  readonly block: number;
  /** [codes]: 1 where a code may be drawn, else 0. */
  readonly allowed: Uint8Array;
};
export type IncompleteRows = BlockOfRows & {
  /** [BLOCK_ROWS, sub-columns]; unknown codes are ignored. */
  readonly codes: Uint8Array;
  /** [BLOCK_ROWS, sub-columns]: 1 where the code is known. */
  readonly known: Uint8Array;
};

export type TableSampler = {
  /** [BLOCK_ROWS, sub-columns]. `restricted`: the sub-columns of columns whose values are restricted. */
  draw(block: BlockOfRows & { readonly restricted: readonly number[] }): Promise<Uint8Array>;
  /** Returns the rows with the missing codes sampled given the known ones. */
  complete(rows: IncompleteRows): Promise<Uint8Array>;
  /** The probability in each row that a sub-column has a code, given what is known of the row: [BLOCK_ROWS]. */
  chances(rows: IncompleteRows & { readonly place: number; readonly code: number }): Promise<Float64Array>;
  /** Releases memory outside the JavaScript heap. */
  close(): Promise<void>;
};

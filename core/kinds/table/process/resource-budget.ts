// The resources that reading a table may use: first by its size, then by its columns once they are known.

/** Processor time that a small file may take, and the pace at which a large one must be read at least. */
const LEAST_TIME_MS = 9_000;
const BYTES_A_MS = 2_000;
/** CPU time for each column, which needs several statements regardless of the rows. */
const TIME_A_COLUMN_MS = 30;
const MIB = 2 ** 20;
/** DuckDB's memory limit: enough for ordinary tables, too little for a decompression bomb, and more for large files. */
const LEAST_MEMORY_MIB = 160;
const MOST_MEMORY_MIB = 768;
const MEMORY_PER_BYTE = 3;
/** DuckDB keeps a block of 256 KiB a column, twice while rows are put side by side. */
const MEMORY_A_COLUMN_MIB = 1;

export type ResourceBudget = {
  /** Processor time for all that is asked together. */
  readonly timeoutMs: number;
  /** DuckDB's memory limit. */
  readonly memoryMiB: number;
};

/** `size`: of the file, in bytes. */
export function resourceBudget(size: number): ResourceBudget {
  return {
    timeoutMs: LEAST_TIME_MS + size / BYTES_A_MS,
    memoryMiB: Math.round(Math.min(MOST_MEMORY_MIB, Math.max(LEAST_MEMORY_MIB, MEMORY_PER_BYTE * (size / MIB)))),
  };
}

export function withColumns({ timeoutMs, memoryMiB }: ResourceBudget, columns: number): ResourceBudget {
  return {
    timeoutMs: timeoutMs + columns * TIME_A_COLUMN_MS,
    memoryMiB: Math.max(memoryMiB, Math.min(MOST_MEMORY_MIB, columns * MEMORY_A_COLUMN_MIB)),
  };
}

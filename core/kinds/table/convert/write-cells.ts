// Writes rows as strict CSV: every cell in quotes, an empty one for none.
import { closeSync, openSync, writeSync } from 'node:fs';
import { LIMITS } from '../../../base/limits.ts';
import { TABLE_LIMITS } from '../limits.ts';
import { refusedError } from '../read/source-text.ts';

const BLOCK_CHARACTERS = 2 ** 18;

export type CellWriter = { row(cells: readonly (string | null)[]): void; close(): void };

/** `row` throws RefusedError if the table exceeds a limit. */
export function cellWriter(file: string, path: string): CellWriter {
  const descriptor = openSync(file, 'w');
  let block = '';
  let bytes = 0;
  let cells = 0;
  const flush = () => {
    const buffer = Buffer.from(block);
    block = '';
    bytes += buffer.length;
    if (bytes > LIMITS.tableBytes)
      throw refusedError(
        'table.too-large',
        path,
        `more than ${bytes} bytes, as text`,
        `at most ${LIMITS.tableBytes} bytes`,
      );
    for (let at = 0; at < buffer.length; ) at += writeSync(descriptor, buffer, at);
  };
  return {
    row(row) {
      cells += row.length;
      if (cells > TABLE_LIMITS.cells || row.length > TABLE_LIMITS.columns)
        throw refusedError('table.too-large', path, `${row.length} columns`, `at most ${TABLE_LIMITS.columns} columns`);
      for (let i = 0; i < row.length; i++) {
        const cell = row[i];
        if (i > 0) block += ',';
        if (cell !== null && cell !== undefined) block += `"${cell.includes('"') ? cell.replaceAll('"', '""') : cell}"`;
      }
      block += '\n';
      if (block.length > BLOCK_CHARACTERS) flush();
    },
    close() {
      try {
        flush();
      } finally {
        closeSync(descriptor);
      }
    },
  };
}

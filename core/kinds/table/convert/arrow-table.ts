// Opens Arrow IPC, files (Feather) and streams, with the packings that they may have. Memory is bounded by what the file can hold.
import { readFileSync } from 'node:fs';
import { zstdDecompressSync } from 'node:zlib';
import { type Table as ArrowTable, CompressionType, setCompressionCodec, tableFromIPC } from '@uwdata/flechette';
import { unpackLz4Frame } from './unpack/unpack-lz4.ts';

export type { Table as ArrowTable } from '@uwdata/flechette';

const MOST_BUFFER_BYTES = 512 * 2 ** 20;
/** Rows of a file: one bit each in a column of truth values, packed 200 to 1; columns without values are free. */
const MOST_ROWS_A_BYTE = 1_600;
const FEW_ROWS = 100_000;

/** Throws whatever the reader says of broken bytes. Whole numbers, decimals and times keep every digit. */
export function openArrowTable(file: string): ArrowTable {
  const unused = (): never => {
    throw new Error('nothing is packed here');
  };
  setCompressionCodec(CompressionType.LZ4_FRAME, {
    decode: (bytes) => unpackLz4Frame(bytes, MOST_BUFFER_BYTES),
    encode: unused,
  });
  setCompressionCodec(CompressionType.ZSTD, {
    decode: (bytes) => zstdDecompressSync(bytes, { maxOutputLength: MOST_BUFFER_BYTES }),
    encode: unused,
  });
  const bytes = readFileSync(file);
  const table = tableFromIPC(bytes, {
    useBigInt: true,
    useBigIntTimestamp: true,
    useDecimalInt: true,
    useDate: false,
  });
  if (table.numRows > Math.max(FEW_ROWS, bytes.length * MOST_ROWS_A_BYTE))
    throw new Error(`${table.numRows} rows in ${bytes.length} bytes`);
  return table;
}

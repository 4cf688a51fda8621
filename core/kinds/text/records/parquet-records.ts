// The texts in one column of a Parquet file, with those of other columns that belong to them.
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { type Compressors, type FileMetaData, parquetMetadata, parquetReadObjects } from 'hyparquet';
import type { RecordColumns } from './json-record.ts';

/** Values of the columns together, uncompressed: a file says so before anything is read. */
const MOST_BYTES = 256 * 2 ** 20;
const MOST_ROWS = 5_000_000;
/** Codecs that hyparquet or Node.js decode. */
const CODECS = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'ZSTD'];
const compressors: Compressors = {
  GZIP: (bytes, outputLength) => new Uint8Array(gunzipSync(bytes, { maxOutputLength: outputLength })),
  ZSTD: (bytes, outputLength) => new Uint8Array(zstdDecompressSync(bytes, { maxOutputLength: outputLength })),
};

export type ParquetRecords =
  | { readonly ok: true; readonly rows: readonly ParquetRecord[] }
  /** `missing`: the column that the file does not have. */
  | { readonly ok: false; readonly missing: string; readonly columns: readonly string[] };
type ParquetRecord = {
  /** Null for a value that is no text. */
  readonly text: string | null;
  readonly source?: string | null;
  readonly label?: string | null;
};

/** Throws an Error with the reason where the file cannot be read. */
export async function readParquetRecords(bytes: Uint8Array, wanted: RecordColumns): Promise<ParquetRecords> {
  const { column, source, label } = wanted;
  const file = bytes.slice().buffer;
  const metadata = parquetMetadata(file);
  const columns = metadata.schema.slice(1).map(({ name }) => name);
  const missing = [column, source].find((name) => name !== undefined && !columns.includes(name));
  if (missing !== undefined) return { ok: false, missing, columns };
  const names = [...new Set([column, source, label])].filter(
    (name): name is string => name !== undefined && columns.includes(name),
  );
  refuse(metadata, names);
  const rows = await parquetReadObjects({ file, metadata, columns: names, compressors });
  return {
    ok: true,
    rows: rows.map((row) => ({
      text: typeof row[column] === 'string' ? row[column] : null,
      ...(source !== undefined && { source: plain(row[source]) }),
      ...(label !== undefined && { label: plain(row[label]) }),
    })),
  };
}

function refuse({ num_rows: rows, row_groups: groups }: FileMetaData, names: readonly string[]): void {
  if (rows > MOST_ROWS) throw new Error(`it has ${rows} rows; split it into files of at most ${MOST_ROWS}`);
  const chunks = groups.flatMap(({ columns }) =>
    columns.flatMap(({ meta_data: meta }) => (meta && names.includes(meta.path_in_schema[0] ?? '') ? [meta] : [])),
  );
  const codec = chunks.find((chunk) => !CODECS.includes(chunk.codec))?.codec;
  if (codec) throw new Error(`it is compressed by ${codec}; write it with SNAPPY or ZSTD`);
  const size = chunks.reduce((sum, chunk) => sum + Number(chunk.total_uncompressed_size), 0);
  if (size > MOST_BYTES) throw new Error(`${names.join(' and ')} have ${size} bytes; at most ${MOST_BYTES} are read`);
}

/** Numbers and truth values as they are written. */
function plain(value: unknown): string | null {
  return ['string', 'number', 'bigint', 'boolean'].includes(typeof value) ? String(value) : null;
}

// Writes the files of a rollup: rows of many parts into one file of Parquet, and the entries that say where they lie.
import { gzipSync } from 'node:zlib';
import { canonicalJson, sha256 } from '#core/base/hash.ts';
import type { PartRow } from '#core/base/parquet-columns.ts';
import type { RolledFile, Rollup, RollupFile, VerdictEntry } from '#core/ingest/rollup-messages.ts';
import type { PartFormat } from '#core/kinds/registry/part-formats.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';

export const FILE_ROWS = 8192;
const FILE_BYTES = 32 * 2 ** 20;
/** Approximate bytes of a row in addition to its content. */
const ROW_BYTES = 256;
const NAME_CHARACTERS = 32;

export type RollupScope = { readonly dataset: string; readonly configId: string };
export type RolledWriter = {
  /** Returns the position of the rows, which are kept together. */
  add(rows: readonly PartRow[]): Promise<NonNullable<VerdictEntry['rolled']>>;
  /** A file that stays as it is; its scope among the files. */
  keep(file: RolledFile): number;
  close(): Promise<RolledFile[]>;
};

/** Files are named by their content, so that writing one twice is writing it once. */
export function openRolledWriter(
  data: Store,
  { dataset, configId }: RollupScope,
  { encode }: PartFormat,
): RolledWriter {
  const files: (RolledFile | undefined)[] = [];
  let rows: PartRow[] = [];
  let bytes = 0;
  let open: number | undefined;
  const flush = async () => {
    if (open === undefined) return;
    const encoded = encode(rows);
    const key = keys.rolledParts(dataset, configId, sha256(encoded).slice(0, NAME_CHARACTERS));
    await data.put(key, encoded, { contentType: 'application/vnd.apache.parquet' });
    files[open] = { key, rows: rows.length, bytes: encoded.length };
    rows = [];
    bytes = 0;
    open = undefined;
  };
  return {
    async add(more) {
      const size = more.reduce((sum, row) => sum + ROW_BYTES + contentBytes(row), 0);
      if (open !== undefined && (rows.length + more.length > FILE_ROWS || bytes + size > FILE_BYTES)) await flush();
      if (open === undefined) {
        open = files.length;
        files.push(undefined);
      }
      const rolled = { file: open, firstRow: rows.length };
      rows.push(...more);
      bytes += size;
      return rolled;
    },
    keep: (file) => files.push(file) - 1,
    async close() {
      await flush();
      return files.filter((file) => file !== undefined);
    },
  };
}

function contentBytes(row: PartRow): number {
  return Object.values(row).reduce<number>((sum, value) => sum + (value instanceof Uint8Array ? value.length : 0), 0);
}

/** Writes a file of a rollup and returns its entry in the pointer. */
export async function writeRollupFile(
  data: Store,
  { dataset, configId }: RollupScope,
  file: RollupFile,
): Promise<Rollup['files'][number]> {
  const body = new Uint8Array(gzipSync(canonicalJson(file)));
  const hash = sha256(body);
  const key = keys.rollupEntries(dataset, configId, hash.slice(0, NAME_CHARACTERS));
  await data.put(key, body, { contentType: 'application/gzip' });
  return { key, sha256: hash, entries: file.entries.length };
}

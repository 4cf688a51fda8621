// Converts a table of any format, detected from its first bytes, to the normalised form.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SNIFFED_BYTES } from '../../../base/first-bytes.ts';
import { findFormat } from '../../formats/find-format.ts';
import type { Format } from '../../formats/format.ts';
import { FORMATS } from '../../formats/register.ts';
import { typeFacts } from '../../formats/type-facts.ts';
import type { Database } from '../check/database.ts';
import { gunzipStart } from '../read/gunzip-start.ts';
import type { Staged } from '../read/normalised-file.ts';
import { pathColumns } from '../read/path-columns.ts';
import { stageParquet } from '../read/read-parquet.ts';
import { type DecodedText, stageCsv, stageText } from '../read/read-text.ts';
import { firstBytes, RefusedError, refusedError } from '../read/source-text.ts';
import { convertTable, isConverted } from './convert-table.ts';
import { isUnpacked, unpackFile } from './unpack/unpack-file.ts';

/** Extensions of compressed files; the rest of the name is that of the unpacked file. */
const PACKED_ENDING = /\.(gz|zst|zstd|bz2|xz|lz4|snappy|sz)$/i;

const TAR_BYTES = 512;

/** Throws RefusedError; what DuckDB cannot read is thrown as its own error. */
export async function stageTable(from: DecodedText, database: Database): Promise<Staged> {
  const staged = await stageFile(from, database);
  const fromPath = pathColumns(from.path, staged.columns);
  if (fromPath.length === 0) return staged;
  const columns = [...staged.columns, ...fromPath.map(({ name }) => name)];
  return { ...staged, columns, spaced: [...staged.spaced, ...fromPath.map(() => false)], fromPath };
}

async function stageFile(from: DecodedText, database: Database): Promise<Staged> {
  const format = await formatOf(from);
  const isPacked = format && (format === FORMATS.gzip ? await holdsOther(from) : isUnpacked(format));
  if (!isPacked) return stageAs(format, from, database);
  const file = join(from.folder, 'unpacked');
  await unpackFile({ ...from, to: file }, format);
  const inner = { ...from, file };
  if (isTar(await firstBytes(file, TAR_BYTES)))
    throw new RefusedError({
      code: 'upload.type-not-allowed',
      place: { path: from.path },
      given: `a tar archive in ${format.name}`,
      allowed: 'tar, tar.gz and zip archives',
      remedy: 'Unpack it and drop the folder: tar -xf FILE',
    });
  const found = await formatOf({ ...inner, path: from.path.replace(PACKED_ENDING, '') });
  if (found && isUnpacked(found))
    throw refusedError('table.corrupt', from.path, `${found.name} inside of ${format.name}`, 'one layer');
  return stageAs(found, inner, database);
}

async function stageAs(format: Format | undefined, from: DecodedText, database: Database): Promise<Staged> {
  const { path, file, folder, config } = from;
  if (format === FORMATS.parquet) return stageParquet(from, database);
  if (format && isConverted(format)) {
    const { file: converted, remarks } = await convertTable({ file, path, folder, sheet: config.table.sheet }, format);
    return { ...(await stageConverted(from, converted)), remarks };
  }
  if (format && !format.kinds.some((kind) => kind === 'table')) {
    const facts = typeFacts({ format, type: format.name }, { path, kind: 'table' });
    throw new RefusedError({ code: 'upload.type-not-allowed', place: { path }, ...facts });
  }
  return stageText(from);
}

/** Returns whether a gzipped file is no text: texts are read while they are unpacked. */
async function holdsOther({ file, path }: DecodedText): Promise<boolean> {
  const start = await gunzipStart(await firstBytes(file, SNIFFED_BYTES));
  const inner = await findFormat({ start, path: path.replace(PACKED_ENDING, '') });
  return inner !== undefined && inner !== FORMATS.gzip && inner.family !== 'text';
}

/** Its columns are named, whatever they are called. */
function stageConverted(from: DecodedText, converted: string): Promise<Staged> {
  const rules = { ...from.config.rules, 'table.no-header': { action: 'off' as const } };
  const config = { ...from.config, table: { ...from.config.table, delimiter: ',' }, rules };
  const chunks = () => createReadStream(converted, { highWaterMark: 2 ** 20 }) as AsyncIterable<Uint8Array>;
  const source = {
    sample: '',
    detected: undefined,
    begins: undefined,
    chunks: async function* () {
      yield* chunks();
    },
  };
  return stageCsv({ ...from, config }, source, { countRecords: true });
}

/** The signature of POSIX, which every program of today writes. */
function isTar(start: Uint8Array): boolean {
  return Buffer.from(start.subarray(257, 262)).toString('latin1') === 'ustar';
}

async function formatOf({ file, path }: DecodedText): Promise<Format | undefined> {
  const start = await firstBytes(file, SNIFFED_BYTES);
  // Files with this signature are Parquet even if the rest is damaged.
  if (/^PAR[1E]/.test(Buffer.from(start.subarray(0, 4)).toString('latin1'))) return FORMATS.parquet;
  return findFormat({ start, path, size: (await stat(file)).size });
}

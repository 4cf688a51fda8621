// Reads an Arrow file of Hugging Face's datasets with pictures or sounds, as `save_to_disk` writes it.
import { type ArrowTable, openArrowTable } from '#core/kinds/table/convert/arrow-table.ts';
import { ClientFailure } from '../../../failure.ts';
import type { LocalFile } from '../../collect.ts';
import type { Bundle } from './bundle.ts';
import { type MediaRow, mediaBundle, mediaColumns } from './media-rows.ts';

/** Node reads no larger file at once. */
const LARGEST_BYTES = 2 ** 31 - 1;
/** Pictures and sounds are packed already, so that a table of them hardly packs. */
const MOST_UNPACKED = 4;
const SPARE_BYTES = 2 ** 24;

/** Returns undefined if no column holds files, and for a file that is not read: it is left as it is. */
export async function mediaArrowIn(file: LocalFile): Promise<Bundle | undefined> {
  if (file.size === 0 || file.size > LARGEST_BYTES) return undefined;
  const table = opened(file.path);
  if (!table) return undefined;
  const fields = new Map(table.schema.fields.map(({ name, type }) => [name, innerNames(type)] as const));
  const columns = mediaColumns(fields, table.schema.metadata?.get('huggingface'));
  if (!columns) return undefined;
  // Before anything is written, so that nothing half written is left.
  for (const _ of rowsOf(table, file, columns.column));
  return mediaBundle(file, columns, table.numRows, rowsOf(table, file, columns.column));
}

function opened(path: string): ArrowTable | undefined {
  try {
    return openArrowTable(path);
  } catch {
    return undefined;
  }
}

/** Throws ClientFailure for a row that is not whole, and where the files are far more bytes than the table. */
function* rowsOf(table: ArrowTable, { path, size }: LocalFile, column: string): Generator<MediaRow> {
  const most = SPARE_BYTES + size * MOST_UNPACKED;
  let bytes = 0;
  for (let row = 0; row < table.numRows; row++) {
    let cells: MediaRow;
    try {
      cells = table.at(row) as MediaRow;
    } catch (error) {
      throw unreadable(path, (error as Error).message);
    }
    const media = cells[column] as { readonly bytes?: Uint8Array | null } | null | undefined;
    bytes += media?.bytes?.length ?? 0;
    if (bytes > most) throw unreadable(path, `they are more than ${most} bytes, the table has ${size}`);
    yield cells;
  }
}

function unreadable(path: string, why: string): ClientFailure {
  return new ClientFailure(`${path} has pictures or sounds that cannot be read: ${why}.`, {
    next: 'Write it anew in Python: datasets.load_from_disk("FOLDER").to_parquet("NEW.parquet")',
  });
}

function innerNames(type: object): string[] {
  const inner: unknown = 'children' in type ? type.children : undefined;
  return Array.isArray(inner) ? inner.map(({ name }: { name: string }) => name) : [];
}

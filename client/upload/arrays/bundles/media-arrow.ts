// Reads an Arrow file of Hugging Face's datasets with pictures or sounds, as `save_to_disk` writes it.
import { type ArrowTable, openArrowTable } from '#core/kinds/table/convert/arrow-table.ts';
import type { LocalFile } from '../../collect.ts';
import type { Bundle } from './bundle.ts';
import { type MediaRow, mediaBundle, mediaColumns } from './media-rows.ts';

/** Node reads no larger file at once. */
const LARGEST_BYTES = 2 ** 31 - 1;

/** Returns undefined if no column holds files, and for a file that is not read: it is left as it is. */
export async function mediaArrowIn(file: LocalFile): Promise<Bundle | undefined> {
  if (file.size === 0 || file.size > LARGEST_BYTES) return undefined;
  const table = opened(file.path);
  if (!table) return undefined;
  const fields = new Map(table.schema.fields.map(({ name, type }) => [name, innerNames(type)] as const));
  const columns = mediaColumns(fields, table.schema.metadata?.get('huggingface'));
  return columns && mediaBundle(file, columns, table.numRows, rowsOf(table));
}

function opened(path: string): ArrowTable | undefined {
  try {
    return openArrowTable(path);
  } catch {
    return undefined;
  }
}

function* rowsOf(table: ArrowTable): Generator<MediaRow> {
  for (let row = 0; row < table.numRows; row++) yield table.at(row) as MediaRow;
}

function innerNames(type: object): string[] {
  const inner: unknown = 'children' in type ? type.children : undefined;
  return Array.isArray(inner) ? inner.map(({ name }: { name: string }) => name) : [];
}

// Reads a Parquet file of Hugging Face's datasets with pictures or sounds.
import { readFooter } from '#core/base/parquet/parquet-footer.ts';
import { fetchColumns } from '#core/base/parquet-columns.ts';
import { ClientFailure } from '../../../failure.ts';
import type { LocalFile } from '../../collect.ts';
import { readBytes } from '../../read-bytes.ts';
import type { Bundle } from './bundle.ts';
import { type MediaRow, mediaBundle, mediaColumns } from './media-rows.ts';

/** Returns undefined if no column holds files. Throws ClientFailure if the files cannot be read. */
export async function mediaTableIn(file: LocalFile): Promise<Bundle | undefined> {
  const fetch = async (first: number, last: number) => readBytes(file.path, first, last - first + 1);
  const footer = await readFooter(file.size, fetch).catch(() => undefined);
  const columns = footer && mediaColumns(footer.fields, footer.texts.get('huggingface'));
  if (!footer || !columns) return undefined;
  const wanted = [columns.column, columns.label, columns.text].filter((name) => name !== undefined);
  const rows = async function* (): AsyncGenerator<MediaRow> {
    let first = 0;
    for (const count of footer.groups) {
      yield* await fetchColumns<MediaRow, string>(file.size, fetch, wanted, { first, count }).catch((error: Error) => {
        throw new ClientFailure(`${file.path} has pictures or sounds that cannot be read: ${error.message}.`, {
          next: 'Write it anew in Python: datasets.load_dataset("parquet", data_files="FILE")["train"].to_parquet("NEW.parquet")',
        });
      });
      first += count;
    }
  };
  const total = footer.groups.reduce((sum, count) => sum + count, 0);
  return mediaBundle(file, columns, total, rows());
}

// Opens a file that bundles pictures or sounds with their facts: a tar of WebDataset, or a Parquet file of Hugging Face.
import type { LocalFile } from '../collect.ts';
import type { Bundle } from './bundle.ts';
import { mediaTableIn } from './media-table.ts';
import { webDatasetIn } from './read-webdataset.ts';

/** Returns undefined for any other file, which is left as it is. */
export async function openBundle(file: LocalFile): Promise<Bundle | undefined> {
  if (/\.(tar|tar\.gz|tgz)$/i.test(file.name)) return webDatasetIn(file);
  return /\.parquet$/i.test(file.name) ? mediaTableIn(file) : undefined;
}

// Opens a file that bundles pictures or sounds with their facts: a tar of WebDataset, or a Parquet or Arrow file of Hugging Face.
import type { LocalFile } from '../../collect.ts';
import type { Bundle } from './bundle.ts';
import { mediaTableIn } from './media-table.ts';
import { webDatasetIn } from './read-webdataset.ts';

/** Returns undefined for any other file, which is left as it is. */
export async function openBundle(file: LocalFile): Promise<Bundle | undefined> {
  if (/\.(tar|tar\.gz|tgz)$/i.test(file.name)) return webDatasetIn(file);
  // The reader of Arrow is loaded when there is such a file.
  if (/\.arrow$/i.test(file.name)) return (await import('./media-arrow.ts')).mediaArrowIn(file);
  return /\.parquet$/i.test(file.name) ? mediaTableIn(file) : undefined;
}

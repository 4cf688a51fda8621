// Opens a file that bundles pictures or sounds with their facts: a tar of WebDataset, or a Parquet file of Hugging Face.
import type { LocalFile } from '../collect.ts';
import { mediaTableIn } from './media-table.ts';
import { webDatasetIn } from './read-webdataset.ts';

/** `label`: undefined if the bundle states none for this item. */
export type BundledItem = { readonly name: string; readonly label: string | undefined; readonly bytes: Uint8Array };

/** `layout`: how the file is laid out, for people. `items`: in the order of the file. */
export type Bundle = { readonly layout: string; readonly stem: string; readonly items: AsyncIterable<BundledItem> };

/** Returns undefined for any other file, which is left as it is. */
export async function openBundle(file: LocalFile): Promise<Bundle | undefined> {
  if (/\.(tar|tar\.gz|tgz)$/i.test(file.name)) return webDatasetIn(file);
  return /\.parquet$/i.test(file.name) ? mediaTableIn(file) : undefined;
}

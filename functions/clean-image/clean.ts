// Cleans one file of a unit: decoded, measured, named by its pixels; or rejected with the reason.
import type { ImageDataset } from '#core/config.ts';
import { sha256 } from '#core/hash.ts';
import { parentFolder } from '#core/infer.ts';
import type { Issue, IssueCode } from '#core/issues.ts';
import type { Item } from '#core/part.ts';
import { decodeImage } from './decode.ts';
import { measure } from './measure.ts';
import type { SourceFile } from './source.ts';

/** `bytes` are kept for quarantine; undefined where there were none to read. */
export type Cleaned =
  | { readonly accepted: true; readonly item: Item }
  | { readonly accepted: false; readonly path: string; readonly issue: Issue; readonly bytes: Uint8Array | undefined };

/** `source`: key in the drop bucket. */
export async function cleanFile(file: SourceFile, config: ImageDataset, source: string): Promise<Cleaned> {
  const { path } = file;
  if (!file.ok) return { accepted: false, path, issue: file.issue, bytes: undefined };
  const decoded = await decodeImage(file.bytes, path, config.image);
  if (!decoded.ok) return { accepted: false, path, issue: decoded.issue, bytes: file.bytes };
  const { pixels, header } = decoded.image;
  const { width, height, channels } = config.image;
  const { measures, flags } = measure(pixels, width, height);
  const label = config.labels === 'folder' ? parentFolder(path) : null;
  const unlabelled: IssueCode[] = config.labels === 'folder' && label === null ? ['item.no-label'] : [];
  const item: Item = {
    itemId: sha256(`${width}x${height}x${channels}:`, pixels),
    path,
    label,
    bytes: pixels,
    width,
    height,
    channels,
    originalWidth: header.width,
    originalHeight: header.height,
    aspect: header.width / header.height,
    ...measures,
    flags: [...flags, ...unlabelled],
    fixes: [],
    license: config.license,
    source,
  };
  return { accepted: true, item };
}

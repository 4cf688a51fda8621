// Cleans one file of a unit: decoded, measured, named by its pixels; or rejected with the reason.
import type { Cleaned } from '#core/clean-unit.ts';
import type { ImageDataset } from '#core/config.ts';
import { sha256 } from '#core/hash.ts';
import { parentFolder } from '#core/infer.ts';
import { type Finding, judge } from '#core/judge.ts';
import type { Item } from '#core/part.ts';
import type { SourceFile } from '#core/unit-files.ts';
import { decodeImage } from './decode.ts';
import { measure } from './measure.ts';

/** `source`: key in the drop bucket. */
export async function cleanFile(file: SourceFile, config: ImageDataset, source: string): Promise<Cleaned<Item>> {
  const { path } = file;
  if (!file.ok) return { accepted: false, path, issues: [file.issue] };
  const decoded = await decodeImage(file.bytes, path, config.image);
  if (!decoded.ok) return { accepted: false, path, issues: [decoded.issue], bytes: file.bytes };
  const { pixels, header } = decoded.image;
  const { width, height, channels } = config.image;
  const { measures, findings } = measure(pixels, { width, height, path }, config.rules);
  const label = config.labels === 'folder' ? parentFolder(path) : null;
  const unlabelled: Finding[] =
    config.labels === 'folder' && label === null ? [{ code: 'item.no-label', place: { path } }] : [];
  const { rejections, flags } = judge([...findings, ...unlabelled], config.rules);
  const [first, ...others] = rejections;
  if (first) return { accepted: false, path, issues: [first, ...others], bytes: file.bytes };
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
    flags,
    fixes: [],
    license: config.license,
    source,
  };
  return { accepted: true, item };
}

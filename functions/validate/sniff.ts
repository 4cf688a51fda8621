// What an object is, by its first bytes. Its name and its declared content type are not trusted.
import { fileTypeFromBuffer } from 'file-type';
import { imageTypeOf } from '#core/image-header.ts';

/** So many bytes are looked at. */
export const SNIFFED_BYTES = 4096;
const ZIP = 'application/zip';

/** kind: how it goes on. type: for people, where it does not go on. */
export type Sniffed = { readonly kind: 'image' | 'zip' | 'other'; readonly type: string };

/** Never throws. */
export async function sniff(start: Uint8Array): Promise<Sniffed> {
  const image = imageTypeOf(start);
  if (image) return { kind: 'image', type: image };
  const found = (await fileTypeFromBuffer(start).catch(() => undefined))?.mime;
  const zip =
    start[0] === 0x50 && start[1] === 0x4b && [0x0304, 0x0506].includes(((start[2] ?? 0) << 8) | (start[3] ?? 0));
  if (found === ZIP || (found === undefined && zip)) return { kind: 'zip', type: ZIP };
  return { kind: 'other', type: found ?? (start.includes(0) ? 'unknown' : 'text') };
}

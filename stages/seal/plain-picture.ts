// Removes metadata (location, time, owner) from an uploaded image so that it can be shown in a page.
import { readImageHeader } from '#core/kinds/image/header.ts';

const JPEG_START_OF_SCAN = 0xda;
const JPEG_SEGMENTS_FROM = 2;
/**
 * APP1 to APP13, APP15 and comments contain Exif, XMP and thumbnails. APP0 and APP14 define the colours and are kept.
 */
const isNote = (marker: number) => (marker >= 0xe1 && marker <= 0xef && marker !== 0xee) || marker === 0xfe;
const PNG_CHUNKS_FROM = 8;
const PNG_DRAWN = ['IHDR', 'PLTE', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'IDAT', 'IEND'];

export type PlainPicture = { readonly type: string; readonly width: number; readonly bytes: Uint8Array };

/** Returns undefined if the bytes are neither JPEG nor PNG, or are damaged before the pixels begin. */
export function plainPicture(bytes: Uint8Array): PlainPicture | undefined {
  const header = readImageHeader(bytes);
  if (!header || header.animated || (header.type !== 'image/png' && header.type !== 'image/jpeg')) return undefined;
  const kept = header.type === 'image/png' ? drawnChunks(bytes) : withoutNotes(bytes);
  return kept && { type: header.type, width: header.width, bytes: kept };
}

function withoutNotes(bytes: Uint8Array): Uint8Array | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept = [bytes.subarray(0, JPEG_SEGMENTS_FROM)];
  for (let at = JPEG_SEGMENTS_FROM; at + 4 <= bytes.length; ) {
    const marker = bytes[at + 1] as number;
    if (bytes[at] !== 0xff) return undefined;
    if (marker === JPEG_START_OF_SCAN) return Buffer.concat([...kept, bytes.subarray(at)]);
    const end = at + 2 + view.getUint16(at + 2);
    if (end > bytes.length || end < at + 4) return undefined;
    if (!isNote(marker)) kept.push(bytes.subarray(at, end));
    at = end;
  }
  return undefined;
}

function drawnChunks(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept = [bytes.subarray(0, PNG_CHUNKS_FROM)];
  for (let at = PNG_CHUNKS_FROM; at + 12 <= bytes.length; ) {
    const end = at + 12 + view.getUint32(at);
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (PNG_DRAWN.includes(name)) kept.push(bytes.subarray(at, Math.min(end, bytes.length)));
    at = end;
  }
  return Buffer.concat(kept);
}

// What the first bytes of a PNG, JPEG or WebP say about it. Reads hostile bytes: never throws, never looks beyond them.

export const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/webp'] as const;
export type ImageType = (typeof IMAGE_TYPES)[number];

/** Width and height as seen upright, in pixels. channels: 1 for grey, 3 for colour; transparency is not counted. orientation: as Exif counts, 1 is upright. */
export type ImageHeader = {
  readonly type: ImageType;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly animated: boolean;
  readonly transparent: boolean;
  readonly orientation: number;
};

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const JPEG_START = [0xff, 0xd8, 0xff];
const LONGEST_PNG_CHUNK = 0x7fffffff;
const EXIF_ORIENTATION = 0x0112;

/** The type by its signature alone; undefined for anything else. */
export function imageTypeOf(bytes: Uint8Array): ImageType | undefined {
  if (PNG_SIGNATURE.every((byte, i) => bytes[i] === byte)) return 'image/png';
  if (JPEG_START.every((byte, i) => bytes[i] === byte)) return 'image/jpeg';
  return textAt(bytes, 0, 4) === 'RIFF' && textAt(bytes, 8, 4) === 'WEBP' ? 'image/webp' : undefined;
}

/** Undefined when the bytes are no image of these types, end before their header does, or name no size. */
export function readImageHeader(bytes: Uint8Array): ImageHeader | undefined {
  const type = imageTypeOf(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header =
    type === 'image/png' ? readPng(view) : type === 'image/jpeg' ? readJpeg(view) : type ? readWebp(view) : undefined;
  return type && header && header.width > 0 && header.height > 0 ? { type, ...header } : undefined;
}

/** Whether the file ends before its own structure says so: tells a cut transfer from broken content. */
export function isCutShort(bytes: Uint8Array): boolean {
  const type = imageTypeOf(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (type === 'image/webp') return bytes.length < 12 || view.getUint32(4, true) + 8 > bytes.length;
  if (type === 'image/jpeg') return !endsWithMarker(bytes);
  if (type !== 'image/png') return false;
  for (const { name, length, start } of pngChunks(view)) {
    if (length > LONGEST_PNG_CHUNK) return false;
    if (start + length + 4 > bytes.length) return true;
    if (name === 'IEND') return false;
  }
  return true;
}

type Facts = Omit<ImageHeader, 'type'>;

function readPng(view: DataView): Facts | undefined {
  let facts: Facts | undefined;
  for (const { name, length, start } of pngChunks(view)) {
    if (!facts) {
      if (name !== 'IHDR' || length !== 13 || start + 13 > view.byteLength) return undefined;
      const grey = (view.getUint8(start + 9) & 2) === 0;
      facts = {
        width: view.getUint32(start),
        height: view.getUint32(start + 4),
        channels: grey ? 1 : 3,
        animated: false,
        transparent: (view.getUint8(start + 9) & 4) !== 0,
        orientation: 1,
      };
    }
    if (name === 'acTL') facts = { ...facts, animated: true };
    if (name === 'tRNS') facts = { ...facts, transparent: true };
    if (name === 'eXIf') facts = turned(facts, tiffOrientation(view, start, start + length));
  }
  return facts;
}

function* pngChunks(view: DataView): Generator<{ name: string; length: number; start: number }> {
  for (let at = 8; at + 8 <= view.byteLength; ) {
    const length = view.getUint32(at);
    yield { name: textAt(bytesOf(view), at + 4, 4), length, start: at + 8 };
    at += length + 12;
  }
}

function readJpeg(view: DataView): Facts | undefined {
  let orientation = 1;
  for (let at = 2; at + 4 <= view.byteLength; ) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at++;
      continue;
    }
    const standalone = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    if (standalone) {
      at += 2;
      continue;
    }
    if (marker === 0xd9 || marker === 0xda) return undefined;
    const length = view.getUint16(at + 2);
    if (marker === 0xe1 && orientation === 1) orientation = exifOrientation(view, at + 4, length - 2);
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      if (at + 10 > view.byteLength) return undefined;
      const height = view.getUint16(at + 5);
      const width = view.getUint16(at + 7);
      const channels = view.getUint8(at + 9) === 1 ? 1 : 3;
      return turned({ width, height, channels, animated: false, transparent: false, orientation: 1 }, orientation);
    }
    at += 2 + Math.max(length, 2);
  }
  return undefined;
}

/** Orientations 5 to 8 swap width and height. */
function turned(facts: Facts, orientation: number): Facts {
  const { width, height } = facts;
  return orientation >= 5 ? { ...facts, orientation, width: height, height: width } : { ...facts, orientation };
}

/** What an APP1 segment says; 1 where it says nothing of it. */
function exifOrientation(view: DataView, start: number, length: number): number {
  if (start + 6 > view.byteLength || textAt(bytesOf(view), start, 4) !== 'Exif') return 1;
  return tiffOrientation(view, start + 6, start + length);
}

function tiffOrientation(view: DataView, tiff: number, limit: number): number {
  const end = Math.min(limit, view.byteLength);
  if (tiff + 8 > end) return 1;
  const little = view.getUint16(tiff) === 0x4949;
  const directory = tiff + view.getUint32(tiff + 4, little);
  if (directory + 2 > end) return 1;
  const entries = view.getUint16(directory, little);
  for (let i = 0, at = directory + 2; i < entries && at + 12 <= end; i++, at += 12) {
    if (view.getUint16(at, little) !== EXIF_ORIENTATION) continue;
    const value = view.getUint16(at + 8, little);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

function readWebp(view: DataView): Facts | undefined {
  const chunk = textAt(bytesOf(view), 12, 4);
  const upright = { channels: 3 as const, animated: false, transparent: false, orientation: 1 };
  if (chunk === 'VP8X' && view.byteLength >= 30) {
    const flags = view.getUint8(20);
    const facts = { ...upright, width: uint24(view, 24) + 1, height: uint24(view, 27) + 1 };
    const seen = { ...facts, animated: (flags & 2) !== 0, transparent: (flags & 16) !== 0 };
    return (flags & 8) !== 0 ? turned(seen, webpOrientation(view)) : seen;
  }
  if (chunk === 'VP8L' && view.byteLength >= 25 && view.getUint8(20) === 0x2f) {
    const bits = view.getUint32(21, true);
    const transparent = (bits & (2 ** 28)) !== 0;
    return { ...upright, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, transparent };
  }
  if (chunk === 'VP8 ' && view.byteLength >= 30 && uint24(view, 23) === 0x2a019d) {
    const size = (at: number) => view.getUint16(at, true) & 0x3fff;
    return { ...upright, width: size(26), height: size(28) };
  }
  return undefined;
}

/** Exif lies behind the picture there, so only the whole file tells. */
function webpOrientation(view: DataView): number {
  for (let at = 12; at + 8 <= view.byteLength; ) {
    const length = view.getUint32(at + 4, true);
    if (textAt(bytesOf(view), at, 4) === 'EXIF') {
      const named = textAt(bytesOf(view), at + 8, 4) === 'Exif' ? 6 : 0;
      return tiffOrientation(view, at + 8 + named, at + 8 + length);
    }
    at += 8 + length + (length & 1);
  }
  return 1;
}

/** Cameras pad what follows the end marker, so it is looked for in the last bytes. */
function endsWithMarker(bytes: Uint8Array): boolean {
  for (let at = bytes.length - 2; at >= Math.max(2, bytes.length - 4096); at--) {
    if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return true;
  }
  return false;
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}

function bytesOf(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function textAt(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}

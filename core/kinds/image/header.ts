// Reads the header of an image from its first bytes. The bytes may be hostile: it never throws and never reads outside them.
import { exifInText, exifOrientation, xmpInText, xmpOrientation } from './read/exif.ts';
import { OTHER_TYPES, otherHeader, otherTypeOf } from './read/other-headers.ts';
import type { Unread } from './read/tiff-header.ts';

const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/webp', ...OTHER_TYPES] as const;
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
  /** JPEG without loss, which decoders do not reduce while they read it. */
  readonly isLossless?: true;
  /** Four inks. */
  readonly isCmyk?: true;
  /** Of TIFF: samples without a white that is known, or a packing that is not read. */
  readonly unread?: Unread;
  /** Pictures in the file, where there are several; the first is read. */
  readonly pages?: number;
};

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const JPEG_START = [0xff, 0xd8];
const JPEG_LOSSLESS = new Set([0xc3, 0xc7, 0xcb, 0xcf]);
/** Junk that some cameras put between the start of a JPEG and its first marker. */
const MOST_JUNK_BYTES = 512;
const NOTHING = new Uint8Array();
/** What XMP in a JPEG begins with. */
const XMP_NAMESPACE = 'http://ns.adobe.com/xap/1.0/\0';
const LONGEST_PNG_CHUNK = 0x7fffffff;
/** Chunks of PNG with text in them, where ImageMagick keeps Exif data. */
const TEXT_CHUNKS = new Set(['tEXt', 'zTXt', 'iTXt']);

/** The type by its signature alone; undefined for anything else. */
export function imageTypeOf(bytes: Uint8Array): ImageType | undefined {
  if (PNG_SIGNATURE.every((byte, i) => bytes[i] === byte)) return 'image/png';
  if (JPEG_START.every((byte, i) => bytes[i] === byte) && (bytes[2] === 0xff || isJpegBehindJunk(bytes)))
    return 'image/jpeg';
  return textAt(bytes, 0, 4) === 'RIFF' && textAt(bytes, 8, 4) === 'WEBP' ? 'image/webp' : otherTypeOf(bytes);
}

/** Returns undefined if the bytes are not an image of these types, end inside the header, or state no size. */
export function readImageHeader(bytes: Uint8Array): ImageHeader | undefined {
  const type = imageTypeOf(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = !type
    ? undefined
    : type === 'image/png'
      ? readPng(view)
      : type === 'image/jpeg'
        ? readJpeg(view)
        : type === 'image/webp'
          ? readWebp(view)
          : otherHeader(view, type);
  return type && header && header.width > 0 && header.height > 0 ? { type, ...header } : undefined;
}

/**
 * Returns whether the file ends before its own structure does, which distinguishes a cut transfer from broken content.
 */
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
  let orientation: number | undefined;
  let said: number | undefined;
  let xmp: number | undefined;
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
    if (name === 'acTL') facts = { ...facts, animated: start + 4 > view.byteLength || view.getUint32(start) > 1 };
    if (name === 'tRNS') facts = { ...facts, transparent: true };
    const data = bytesOf(view).subarray(start, start + length);
    // The eXIf chunk has priority over the texts that ImageMagick writes.
    if (name === 'eXIf') orientation = exifOrientation(data) ?? orientation;
    else if (TEXT_CHUNKS.has(name)) {
      said ??= exifOrientation(exifInText(name, data) ?? NOTHING);
      xmp ??= xmpOrientation(xmpInText(name, data) ?? NOTHING);
    }
  }
  return facts && turned(facts, orientation ?? said ?? xmp ?? 1);
}

function* pngChunks(view: DataView): Generator<{ name: string; length: number; start: number }> {
  for (let at = 8; at + 8 <= view.byteLength; ) {
    const length = view.getUint32(at);
    yield { name: textAt(bytesOf(view), at + 4, 4), length, start: at + 8 };
    at += length + 12;
  }
}

/** Reads up to the first scan, since EXIF data may follow the frame header. Bytes between segments are skipped. */
function readJpeg(view: DataView): Facts | undefined {
  const bytes = bytesOf(view);
  let orientation: number | undefined;
  let xmp: number | undefined;
  let facts: Facts | undefined;
  for (let at = 2; at + 4 <= view.byteLength; ) {
    at = bytes.indexOf(0xff, at);
    if (at < 0 || at + 4 > view.byteLength) break;
    const marker = view.getUint8(at + 1);
    const isAlone = marker <= 0x01 || marker === 0xff || (marker >= 0xd0 && marker <= 0xd8);
    if (isAlone) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    if (marker === 0xd9 || marker === 0xda) break;
    const length = view.getUint16(at + 2);
    if (marker === 0xe1 && orientation === undefined && textAt(bytes, at + 4, 4) === 'Exif')
      orientation = exifOrientation(bytes.subarray(at + 4, at + 2 + length));
    if (marker === 0xe1 && textAt(bytes, at + 4, XMP_NAMESPACE.length) === XMP_NAMESPACE)
      xmp ??= xmpOrientation(bytes.subarray(at + 4, at + 2 + length));
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame && !facts && at + 10 <= view.byteLength) {
      facts = {
        width: view.getUint16(at + 7),
        height: view.getUint16(at + 5),
        channels: view.getUint8(at + 9) === 1 ? 1 : 3,
        animated: false,
        transparent: false,
        orientation: 1,
        ...(JPEG_LOSSLESS.has(marker) && { isLossless: true as const }),
        ...(view.getUint8(at + 9) === 4 && { isCmyk: true as const }),
      };
    }
    at += 2 + Math.max(length, 2);
  }
  return facts && turned(facts, orientation ?? xmp ?? 1);
}

/** A segment that is followed by another one. */
function isJpegBehindJunk(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isMarker = (at: number) => bytes[at] === 0xff && (bytes[at + 1] ?? 0) >= 0xc0 && (bytes[at + 1] ?? 0) <= 0xfe;
  for (
    let at = bytes.indexOf(0xff, 2);
    at >= 0 && at < MOST_JUNK_BYTES && at + 4 <= bytes.length;
    at = bytes.indexOf(0xff, at + 1)
  )
    if (isMarker(at) && isMarker(at + 2 + view.getUint16(at + 2))) return true;
  return false;
}

/** Orientations 5 to 8 swap width and height. */
function turned(facts: Facts, orientation: number): Facts {
  const { width, height } = facts;
  return orientation >= 5 ? { ...facts, orientation, width: height, height: width } : { ...facts, orientation };
}

function readWebp(view: DataView): Facts | undefined {
  const chunk = textAt(bytesOf(view), 12, 4);
  const upright = { channels: 3 as const, animated: false, transparent: false, orientation: 1 };
  if (chunk === 'VP8X' && view.byteLength >= 30) {
    const flags = view.getUint8(20);
    const facts = { ...upright, width: uint24(view, 24) + 1, height: uint24(view, 27) + 1 };
    const { orientation, isOneFrame } = webpChunks(view);
    const seen = { ...facts, animated: (flags & 2) !== 0 && !isOneFrame, transparent: (flags & 16) !== 0 };
    return turned(seen, orientation);
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

/** EXIF data and frames follow the header, so the whole file is needed. */
function webpChunks(view: DataView): { readonly orientation: number; readonly isOneFrame: boolean } {
  let orientation: number | undefined;
  let xmp: number | undefined;
  let frames = 0;
  let at = 12;
  while (at + 8 <= view.byteLength) {
    const length = view.getUint32(at + 4, true);
    const name = textAt(bytesOf(view), at, 4);
    if (name === 'ANMF') frames++;
    const data = bytesOf(view).subarray(at + 8, at + 8 + length);
    if (name === 'EXIF') orientation = exifOrientation(data) ?? orientation;
    if (name === 'XMP ') xmp ??= xmpOrientation(data);
    at += 8 + length + (length & 1);
  }
  return { orientation: orientation ?? xmp ?? 1, isOneFrame: frames === 1 && at >= view.getUint32(4, true) + 8 };
}

/** Cameras append padding to the end marker, so it is searched for in the last bytes. */
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

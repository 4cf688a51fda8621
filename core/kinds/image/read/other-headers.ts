// Headers of pictures beside PNG, JPEG and WebP: GIF, BMP, portable bitmaps, TIFF, HEIC, AVIF and JPEG XL.
import { heifHeader } from './heif-header.ts';
import { isJxl, jxlFacts } from './jxl/jxl-header.ts';
import { tiffHeader, type Unread } from './tiff-header.ts';

export const OTHER_TYPES = [
  'image/gif',
  'image/tiff',
  'image/avif',
  'image/heic',
  'image/bmp',
  'image/x-portable-anymap',
  'image/jxl',
] as const;
export type OtherType = (typeof OTHER_TYPES)[number];
/** The same facts as in ImageHeader. */
export type OtherFacts = {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly animated: boolean;
  readonly transparent: boolean;
  readonly orientation: number;
  readonly isCmyk?: true;
  readonly unread?: Unread;
  readonly pages?: number;
};

const HEIC_BRANDS = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1']);
const AVIF_BRANDS = new Set(['avif', 'avis']);

/** Returns the type by the signature alone. */
export function otherTypeOf(bytes: Uint8Array): OtherType | undefined {
  const text = (at: number, length: number) => String.fromCharCode(...bytes.subarray(at, at + length));
  if (text(0, 4) === 'GIF8' && text(5, 1) === 'a') return 'image/gif';
  if (['II*\0', 'MM\0*'].includes(text(0, 4))) return 'image/tiff';
  if (isJxl(bytes)) return 'image/jxl';
  if (text(4, 4) === 'ftyp') return heifType(text(8, 4), text(16, 64));
  if (text(0, 2) === 'BM' && isBmp(bytes)) return 'image/bmp';
  return /^P[1-6]\s(\s*#[^\n]*\n)*\s*\d+\s/.test(text(0, 512)) ? 'image/x-portable-anymap' : undefined;
}

/** Returns undefined if the bytes end inside the header. */
export function otherHeader(view: DataView, type: OtherType): OtherFacts | undefined {
  return READERS[type](view);
}

const READERS: Readonly<Record<OtherType, (view: DataView) => OtherFacts | undefined>> = {
  'image/gif': readGif,
  'image/tiff': readTiff,
  'image/avif': readHeif,
  'image/heic': readHeif,
  'image/bmp': readBmp,
  'image/x-portable-anymap': readPnm,
  'image/jxl': readJxl,
};
const PLAIN = { channels: 3, animated: false, transparent: false, orientation: 1 } as const;

function heifType(brand: string, compatible: string): OtherType | undefined {
  const isAvif = AVIF_BRANDS.has(brand) || (brand === 'mif1' && compatible.includes('avif'));
  if (isAvif) return 'image/avif';
  return HEIC_BRANDS.has(brand) ? 'image/heic' : undefined;
}

function isBmp(bytes: Uint8Array): boolean {
  const header = bytes[14] ?? 0;
  return bytes.length >= 26 && [12, 16, 40, 52, 56, 64, 108, 124].includes(header) && bytes[15] === 0;
}

function readGif(view: DataView): OtherFacts | undefined {
  if (view.byteLength < 13) return undefined;
  const { frames, transparent } = gifFrames(view);
  const size = { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  return { ...PLAIN, ...size, transparent, ...(frames > 1 && { pages: frames }) };
}

/** Walks the blocks as far as they are there. */
function gifFrames(view: DataView): { readonly frames: number; readonly transparent: boolean } {
  const flags = view.getUint8(10);
  let at = 13 + ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));
  let frames = 0;
  let transparent = false;
  const skipBlocks = (from: number) => {
    let place = from;
    while (place < view.byteLength && view.getUint8(place) !== 0) place += view.getUint8(place) + 1;
    return place + 1;
  };
  while (at + 10 <= view.byteLength) {
    const kind = view.getUint8(at);
    if (kind === 0x21) {
      if (view.getUint8(at + 1) === 0xf9 && frames === 0) transparent ||= (view.getUint8(at + 3) & 1) !== 0;
      at = skipBlocks(at + 2);
    } else if (kind === 0x2c) {
      frames++;
      const local = view.getUint8(at + 9);
      at = skipBlocks(at + 11 + ((local & 0x80) === 0 ? 0 : 3 * 2 ** ((local & 7) + 1)));
    } else break;
  }
  return { frames, transparent };
}

function readTiff(view: DataView): OtherFacts | undefined {
  const found = tiffHeader(view);
  if (!found) return undefined;
  const { width, height, channels, isCmyk, unread, hasAlpha, orientation, pages } = found;
  const isTurned = orientation >= 5;
  return {
    ...PLAIN,
    width: isTurned ? height : width,
    height: isTurned ? width : height,
    channels,
    transparent: hasAlpha,
    orientation,
    ...(isCmyk && { isCmyk: true as const }),
    ...(unread && { unread }),
    ...(pages > 1 && { pages }),
  };
}

function readHeif(view: DataView): OtherFacts | undefined {
  const found = heifHeader(view);
  if (!found) return undefined;
  const { width, height, isGrey, hasAlpha } = found;
  return { ...PLAIN, width, height, channels: isGrey ? 1 : 3, transparent: hasAlpha };
}

function readJxl(view: DataView): OtherFacts | undefined {
  const facts = jxlFacts(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  return facts && { ...PLAIN, width: facts.width, height: facts.height, transparent: facts.hasMore };
}

function readBmp(view: DataView): OtherFacts | undefined {
  if (view.byteLength < 30) return undefined;
  const isOld = view.getUint32(14, true) === 12;
  const width = isOld ? view.getUint16(18, true) : view.getInt32(18, true);
  const height = isOld ? view.getUint16(20, true) : view.getInt32(22, true);
  return { ...PLAIN, width: Math.abs(width), height: Math.abs(height) };
}

function readPnm(view: DataView): OtherFacts | undefined {
  const text = String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset, Math.min(512, view.byteLength)));
  const [, form, width, height] = /^P([1-6])\s+(\d+)\s+(\d+)/.exec(text.replaceAll(/#[^\n]*\n/g, '\n')) ?? [];
  if (form === undefined) return undefined;
  const channels = form === '3' || form === '6' ? 3 : 1;
  return { ...PLAIN, channels, width: Number(width), height: Number(height) };
}

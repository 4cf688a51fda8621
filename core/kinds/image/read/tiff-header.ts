// The header of a TIFF file: its first directory (TIFF 6.0), and how many follow.

const TAG = {
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  orientation: 274,
  samples: 277,
  extra: 338,
  format: 339,
} as const;
const BYTES_OF_TYPE: Readonly<Record<number, 1 | 2 | 4>> = { 1: 1, 3: 2, 4: 4 };
const MOST_PAGES = 10_000;
const INKS = 5;
const SIGNED = 2;
const FLOAT = 3;
const MOST_BITS = 16;
/** How pixels may be packed that libtiff is built without here. */
const NOT_UNPACKED: Readonly<Record<number, string>> = {
  33003: 'JPEG 2000',
  33005: 'JPEG 2000',
  34712: 'JPEG 2000',
  34887: 'LERC',
  34892: 'the JPEG of camera raw',
  34925: 'LZMA',
  50000: 'Zstandard',
  50002: 'JPEG XL',
};

/** In words for people: what was found, and what is read. */
export type Unread = { readonly given: string; readonly allowed: string };
export type TiffHeader = {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly isCmyk: boolean;
  /** What it has that is not read. */
  readonly unread: Unread | undefined;
  readonly hasAlpha: boolean;
  readonly orientation: number;
  readonly pages: number;
};

/** Returns undefined if the first directory is not in these bytes. */
export function tiffHeader(view: DataView): TiffHeader | undefined {
  if (view.byteLength < 8) return undefined;
  const little = view.getUint16(0) === 0x4949;
  const first = directoryAt(view, view.getUint32(4, little), little);
  if (!first) return undefined;
  const { values } = first;
  const photometric = values.get(TAG.photometric) ?? 1;
  const width = values.get(TAG.width) ?? 0;
  const height = values.get(TAG.height) ?? 0;
  const orientation = values.get(TAG.orientation) ?? 1;
  return {
    width,
    height,
    channels: photometric <= 1 ? 1 : 3,
    isCmyk: photometric === INKS,
    unread: unreadOf(values),
    hasAlpha: values.has(TAG.extra),
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
    pages: pagesFrom(view, first.next, little),
  };
}

function unreadOf(values: ReadonlyMap<number, number>): Unread | undefined {
  const packed = NOT_UNPACKED[values.get(TAG.compression) ?? 1];
  if (packed !== undefined)
    return {
      given: `a TIFF image packed by ${packed}`,
      allowed: 'no packing, LZW, Deflate, JPEG, PackBits, CCITT or WebP',
    };
  const bits = values.get(TAG.bits) ?? 1;
  const format = values.get(TAG.format);
  const samples =
    format === FLOAT
      ? 'floating-point samples'
      : format === SIGNED
        ? 'samples with a sign'
        : bits > MOST_BITS
          ? `samples of ${bits} bits`
          : undefined;
  return samples === undefined
    ? undefined
    : { given: `a TIFF image of ${samples}`, allowed: 'integers of 1 to 16 bits without a sign' };
}

type Directory = { readonly values: ReadonlyMap<number, number>; readonly next: number };

function directoryAt(view: DataView, at: number, little: boolean): Directory | undefined {
  if (at < 8 || at + 2 > view.byteLength) return undefined;
  const count = view.getUint16(at, little);
  const end = at + 2 + 12 * count;
  if (end > view.byteLength) return undefined;
  const values = new Map<number, number>();
  for (let i = 0, entry = at + 2; i < count; i++, entry += 12) {
    const bytes = BYTES_OF_TYPE[view.getUint16(entry + 2, little)];
    const length = view.getUint32(entry + 4, little);
    if (bytes === undefined || length === 0) continue;
    // Several values that do not fit are stored elsewhere; the first one equals all others.
    const place = bytes * length <= 4 ? entry + 8 : view.getUint32(entry + 8, little);
    if (place + bytes > view.byteLength) continue;
    const value =
      bytes === 1 ? view.getUint8(place) : bytes === 2 ? view.getUint16(place, little) : view.getUint32(place, little);
    values.set(view.getUint16(entry, little), value);
  }
  return { values, next: end + 4 <= view.byteLength ? view.getUint32(end, little) : 0 };
}

function pagesFrom(view: DataView, next: number, little: boolean): number {
  const seen = new Set<number>();
  for (let at = next; at !== 0 && !seen.has(at) && seen.size < MOST_PAGES; ) {
    seen.add(at);
    const directory = directoryAt(view, at, little);
    if (!directory) break;
    at = directory.next;
  }
  return seen.size + 1;
}

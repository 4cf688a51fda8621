// Reads the orientation of an image from its EXIF data, a TIFF directory in either byte order. The bytes may be hostile: it never throws.
import { inflateSync } from 'node:zlib';

const ORIENTATION = 0x0112;
const ENTRY_BYTES = 12;
const PREFIX = 'Exif\0\0';
/** Types of a value by their number: how many bytes each has. */
const BYTES_OF_TYPE: Readonly<Record<number, 1 | 2 | 4>> = { 1: 1, 3: 2, 4: 4, 6: 1, 8: 2, 9: 4 };
const LARGEST_PROFILE_BYTES = 2 ** 20;
/** As an attribute or an element. */
const XMP_ORIENTATION = /tiff:Orientation(?:="|>)([1-8])["<]/;
const RAW_PROFILE = /^Raw profile type (exif|APP1)$/i;

/** Returns the EXIF orientation, 1 to 8; undefined if there is no valid one. The prefix `Exif\0\0` is optional. */
export function exifOrientation(bytes: Uint8Array): number | undefined {
  const start = textAt(bytes, 0, PREFIX.length) === PREFIX ? PREFIX.length : 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  if (view.byteLength < 8) return undefined;
  const mark = view.getUint16(0);
  if (mark !== 0x4949 && mark !== 0x4d4d) return undefined;
  const little = mark === 0x4949;
  const directory = view.getUint32(4, little);
  if (directory + 2 > view.byteLength) return undefined;
  const entries = view.getUint16(directory, little);
  for (let i = 0, at = directory + 2; i < entries && at + ENTRY_BYTES <= view.byteLength; i++, at += ENTRY_BYTES) {
    if (view.getUint16(at, little) !== ORIENTATION) continue;
    const bytesOfType = BYTES_OF_TYPE[view.getUint16(at + 2, little)];
    if (bytesOfType === undefined) return undefined;
    const value =
      bytesOfType === 1
        ? view.getUint8(at + 8)
        : bytesOfType === 2
          ? view.getUint16(at + 8, little)
          : view.getUint32(at + 8, little);
    return value >= 1 && value <= 8 ? value : undefined;
  }
  return undefined;
}

/** Returns the orientation that XMP tells, 1 to 8, which counts where there is none in EXIF data; undefined if there is no valid one. */
export function xmpOrientation(bytes: Uint8Array): number | undefined {
  const said = XMP_ORIENTATION.exec(textAt(bytes, 0, Math.min(bytes.length, LARGEST_PROFILE_BYTES)))?.[1];
  return said === undefined ? undefined : Number(said);
}

/** The XMP in a text chunk of PNG; undefined for any other text. */
export function xmpInText(chunk: string, data: Uint8Array): Uint8Array | undefined {
  const end = data.indexOf(0);
  if (chunk !== 'iTXt' || end < 0 || textAt(data, 0, end) !== 'XML:com.adobe.xmp') return undefined;
  return Buffer.from(unpackedText(chunk, data.subarray(end + 1)) ?? '', 'latin1');
}

/** The Exif data in a text chunk of PNG, as ImageMagick writes it in hexadecimal digits; undefined for any other text. */
export function exifInText(chunk: string, data: Uint8Array): Uint8Array | undefined {
  const end = data.indexOf(0);
  if (end < 0 || !RAW_PROFILE.test(textAt(data, 0, end))) return undefined;
  const text = unpackedText(chunk, data.subarray(end + 1));
  const [, digits] = /^\s*\w+\s+\d+\s+([0-9a-f\s]+)/i.exec(text ?? '') ?? [];
  return digits === undefined ? undefined : new Uint8Array(Buffer.from(digits.replaceAll(/\s/g, ''), 'hex'));
}

function unpackedText(chunk: string, rest: Uint8Array): string | undefined {
  if (chunk === 'tEXt') return textAt(rest, 0, rest.length);
  const isPacked = chunk === 'zTXt' || rest[0] === 1;
  // zTXt: the method; iTXt: whether it is packed, the method, a language and a translated keyword.
  const language = chunk === 'iTXt' ? rest.indexOf(0, 2) : 0;
  const start = chunk === 'iTXt' ? rest.indexOf(0, language + 1) + 1 : 1;
  const data = rest.subarray(start);
  if (!isPacked) return textAt(data, 0, data.length);
  try {
    return inflateSync(data, { maxOutputLength: LARGEST_PROFILE_BYTES }).toString('latin1');
  } catch {
    return undefined;
  }
}

function textAt(bytes: Uint8Array, at: number, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1', at, at + length);
}

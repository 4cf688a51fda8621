// Which format of the register a file is of, by its first bytes. Its name counts only where the bytes have no signature.
import { fileTypeFromBuffer } from 'file-type';
import { encodingByMark, SNIFFED_BYTES } from '../../base/first-bytes.ts';
import type { Format, Signature } from './format.ts';
import { isSurelyText, looksLikeText } from './looks-like-text.ts';
import { FORMATS } from './register.ts';

const AT = /^@(\d+) /;
/** A text may begin with the letters of a shorter one. */
const LONG_SIGNATURE_BYTES = 8;
/**
 * Formats whose signature is only letters, `BM`, `GIF` or `MZ`, with which a text can also begin. Files of these formats always contain
 * zero bytes.
 */
const MARKED_BY_LETTERS: ReadonlySet<Format> = new Set([FORMATS.bmp, FORMATS.gif, FORMATS.program]);

/**
 * Formats with an ambiguous signature, for which more bytes are checked: a compound file can be any old Office document, a Targa image can
 * begin like an icon, a zip can contain arrays, what is packed can be an archive by its name, and
 * a database the project of a program.
 */
const SHARED_SIGNATURES: ReadonlySet<Format> = new Set([
  FORMATS.oldOffice,
  FORMATS.ico,
  FORMATS.zip,
  FORMATS.bzip2,
  FORMATS.xz,
  FORMATS.zstd,
  FORMATS.lz4,
  FORMATS.sqlite,
  FORMATS.pages,
]);

/** `path`: the name counts where the bytes have no signature. `size`: of the whole file, in bytes. */
export type FirstBytes = { readonly start: Uint8Array; readonly path?: string; readonly size?: number };
type Part = { readonly at: number; readonly bytes: Uint8Array };

const ALL: readonly Format[] = Object.values(FORMATS);
const SIGNED = ALL.flatMap((format) =>
  (format.signatures ?? []).map((signature) => ({ format, parts: partsOf(signature) })),
);
const BY_TYPE = new Map(ALL.flatMap((format) => (format.types ?? []).map((type) => [type, format] as const)));

/** Returns undefined for plain text, for a table as text, and for unknown bytes. Never throws. */
export async function findFormat(file: FirstBytes): Promise<Format | undefined> {
  const start = file.start.subarray(0, SNIFFED_BYTES);
  const path = file.path ?? '';
  if (isSurelyText(start)) return findTextFormat(start, path) ?? signedFormat(start, LONG_SIGNATURE_BYTES);
  const found = signedFormat(start) ?? (await typedFormat(start));
  if (found && !(MARKED_BY_LETTERS.has(found) && looksLikeText(start))) {
    if (!SHARED_SIGNATURES.has(found)) return found;
    return ALL.find((format) => format.suits?.({ path: '', ...file, start })) ?? found;
  }
  if (looksLikeText(start)) return findTextFormat(start, path) ?? (await unsigned(file, start, true));
  return unsigned(file, start, false);
}

async function typedFormat(start: Uint8Array): Promise<Format | undefined> {
  const type = (await fileTypeFromBuffer(start).catch(() => undefined))?.mime;
  return type === undefined ? undefined : (BY_TYPE.get(type) ?? BY_TYPE.get(type.split(';')[0] as string));
}

/** `isText`: the bytes are text, and the name does not contradict that. */
async function unsigned(file: FirstBytes, start: Uint8Array, isText: boolean): Promise<Format | undefined> {
  const suits = ALL.find((format) => format.suits?.({ path: '', ...file, start }));
  return isText && suits && !start.some((byte) => byte < 0x08) ? undefined : suits;
}

function findTextFormat(start: Uint8Array, path: string): Format | undefined {
  const text = new TextDecoder(encodingByMark(start)).decode(start);
  return ALL.find((format) => format.tells?.(text, path));
}

function signedFormat(start: Uint8Array, leastBytes = 0): Format | undefined {
  return SIGNED.find(
    ({ parts }) =>
      parts.reduce((sum, { bytes }) => sum + bytes.length, 0) >= leastBytes &&
      parts.every(
        ({ at, bytes }) => start.length >= at + bytes.length && bytes.every((byte, i) => start[at + i] === byte),
      ),
  )?.format;
}

function partsOf(signature: Signature): Part[] {
  return (typeof signature === 'string' ? [signature] : signature).map((part) => {
    const place = AT.exec(part);
    const rest = place ? part.slice(place[0].length) : part;
    const bytes = rest.startsWith('0x') ? Buffer.from(rest.slice(2), 'hex') : Buffer.from(rest, 'latin1');
    return { at: Number(place?.[1] ?? 0), bytes };
  });
}

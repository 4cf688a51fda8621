// What an object is, by its first bytes. Its name and its declared content type are not trusted.
import { promisify } from 'node:util';
import { gunzip, constants as zlib } from 'node:zlib';
import { fileTypeFromBuffer } from 'file-type';
import { encodingByMark, UNMARKED_UTF_16 } from '../base/first-bytes.ts';
import { KINDS, type Kind } from '../base/names.ts';
import { findSound } from '../kinds/audio/decode/find-sound.ts';
import { firstMpegFrame } from '../kinds/audio/decode/mpeg-frames.ts';
import type { Family } from '../kinds/define/kind-definition.ts';
import { imageTypeOf } from '../kinds/image/header.ts';
import { definitionOf } from '../kinds/registry/definitions.ts';
import { BLOCK_BYTES, readTarHeader } from './archive/tar-header.ts';

const ZIP = 'application/zip';
const PARQUET = 'application/vnd.apache.parquet';
const GZIP = 'application/gzip';
const TAR = 'application/x-tar';
const AUDIO = new Set([
  'audio/wav',
  'audio/flac',
  'audio/mpeg',
  'audio/ogg',
  'audio/opus',
  'audio/vnd.wave',
  'audio/x-flac',
]);
/** Known by letters alone, `BM`, `GIF` and `MZ`, with which a text may begin, too; what they name always holds zeros. */
const MARKED_BY_LETTERS = new Set(['image/bmp', 'image/gif', 'application/x-msdownload']);
const WHITE = new Set([0x09, 0x0a, 0x0c, 0x0d, 0x1b]);
/** Share of control characters in what is still a text. */
const MOST_CONTROLS = 0.05;
const MARKUP_BYTES = 256;
const MOSTLY = 0.8;
const HARDLY = 0.05;
/** Deflate packs at most 1,032 to 1. */
const LARGEST_EXPANSION = 1032;

/** family: how it goes on. type: for people, where it does not go on. */
export type Content = { readonly family: Family; readonly type: string };

/** Never throws. */
export async function sniff(start: Uint8Array): Promise<Content> {
  const image = imageTypeOf(start);
  if (image) return { family: 'image', type: image };
  if (startsWith(start, 'ID3')) return { family: 'audio', type: findSound(start).name };
  const mime = (await fileTypeFromBuffer(start).catch(() => undefined))?.mime;
  const found = mime !== undefined && MARKED_BY_LETTERS.has(mime) && looksLikeText(start) ? undefined : mime;
  if (found === ZIP || (found === undefined && isZip(start))) return { family: 'zip', type: ZIP };
  if (found === PARQUET || startsWith(start, 'PAR1') || startsWith(start, 'PARE'))
    return { family: 'parquet', type: PARQUET };
  if (found === GZIP) return { family: isTar(await gunzipStart(start)) ? 'tar' : 'gzip', type: GZIP };
  if (isTar(start)) return { family: 'tar', type: TAR };
  if (found !== undefined && (AUDIO.has(found) || found.startsWith('audio/ogg')))
    return { family: 'audio', type: found };
  if (startsWith(start, 'RIFF') || startsWith(start, 'RF64')) return { family: 'audio', type: 'audio/wav' };
  if (found === undefined && firstMpegFrame(start) !== undefined) return { family: 'audio', type: 'audio/mpeg' };
  if (found === undefined && looksLikeText(start)) return { family: 'text', type: markupOf(start) ?? 'text' };
  if (found === undefined && looksLikeUnmarkedUtf16(start)) return { family: 'text', type: UNMARKED_UTF_16 };
  const array = startsWith(start.subarray(1), 'NUMPY') ? 'a NumPy array' : undefined;
  return { family: 'other', type: found ?? array ?? 'bytes of no type that is known' };
}

/** Text all the same; but who drops it as something else is told what it is. */
function markupOf(start: Uint8Array): string | undefined {
  const text = new TextDecoder().decode(start.subarray(0, MARKUP_BYTES)).trimStart().toLowerCase();
  if (text.startsWith('<svg')) return 'image/svg+xml';
  return /^<(!doctype html|html)\b/.test(text) ? 'text/html' : undefined;
}

/** The kind of dataset that a first upload of this content speaks for; undefined for none. */
export function kindOf({ family, type }: Content, start: Uint8Array, path: string): Kind | undefined {
  if (type === UNMARKED_UTF_16) return undefined;
  return KINDS.find((kind) => {
    const { families, claims } = definitionOf(kind).content;
    return families.includes(family) && (claims?.(family, start, path) ?? true);
  });
}

/** A zero byte now and then is a fault of a text; what is no UTF-8 besides is something else. */
function looksLikeText(start: Uint8Array): boolean {
  if (encodingByMark(start) !== 'utf-8' || !start.includes(0)) return true;
  const odd = start.filter((byte) => byte < 0x20 && !WHITE.has(byte)).length;
  return odd <= Math.max(1, start.length * MOST_CONTROLS) && isUtf8(start);
}

/** The last character may be cut. */
function isUtf8(start: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(start, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Nothing tells it from other bytes for sure, but every other byte of western text in UTF-16 is zero. */
function looksLikeUnmarkedUtf16(start: Uint8Array): boolean {
  const pairs = Math.floor(start.length / 2);
  if (pairs < 2) return false;
  const zeros = [0, 0];
  for (let i = 0; i < pairs * 2; i++) if (start[i] === 0) zeros[i % 2] = (zeros[i % 2] as number) + 1;
  const [even, odd] = zeros as [number, number];
  return Math.max(even, odd) > pairs * MOSTLY && Math.min(even, odd) < pairs * HARDLY;
}

function isZip(start: Uint8Array): boolean {
  return start[0] === 0x50 && start[1] === 0x4b && [0x0304, 0x0506].includes(((start[2] ?? 0) << 8) | (start[3] ?? 0));
}

/** The first block is a header with a right checksum: old archives carry no other mark. */
function isTar(start: Uint8Array): boolean {
  return typeof readTarHeader(start.subarray(0, BLOCK_BYTES)) === 'object';
}

async function gunzipStart(start: Uint8Array): Promise<Uint8Array> {
  const options = { finishFlush: zlib.Z_SYNC_FLUSH, maxOutputLength: start.length * LARGEST_EXPANSION };
  return promisify(gunzip)(start, options).catch(() => new Uint8Array());
}

function startsWith(start: Uint8Array, ascii: string): boolean {
  return [...ascii].every((character, i) => start[i] === character.charCodeAt(0));
}

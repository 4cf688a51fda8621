// What an object is, by its first bytes. Its name and its declared content type are not trusted.
import { promisify } from 'node:util';
import { gunzip, constants as zlib } from 'node:zlib';
import { fileTypeFromBuffer } from 'file-type';
import { BLOCK_BYTES, readTarHeader } from './archive/tar-header.ts';
import { imageTypeOf } from './image-header.ts';
import type { Kind } from './names.ts';

/** So many bytes are looked at. */
export const SNIFFED_BYTES = 4096;
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
const DELIMITERS = [',', ';', '\t', '|'];
/** Deflate packs at most 1,032 to 1. */
const LARGEST_EXPANSION = 1032;
/** So many lines must agree on the number of their cells before a text is called a table. */
const AGREEING_LINES = 2;

export type Family = 'image' | 'audio' | 'text' | 'parquet' | 'gzip' | 'zip' | 'tar' | 'other';
/** family: how it goes on. type: for people, where it does not go on. */
export type Content = { readonly family: Family; readonly type: string };

/** What each kind of dataset takes besides archives, and how that is called. */
export const TAKEN: Readonly<Record<Kind, { readonly families: readonly Family[]; readonly types: string }>> = {
  image: { families: ['image'], types: 'PNG, JPEG, WebP, or a zip or tar of them' },
  table: { families: ['text', 'parquet', 'gzip'], types: 'CSV, TSV, JSONL, Parquet, or a zip or tar of them' },
  text: { families: ['text'], types: 'text, JSONL, CSV, or a zip or tar of them' },
  audio: { families: ['audio'], types: 'WAV, FLAC, MP3, OGG, or a zip or tar of them' },
};

/** Never throws. */
export async function sniff(start: Uint8Array): Promise<Content> {
  const image = imageTypeOf(start);
  if (image) return { family: 'image', type: image };
  const found = (await fileTypeFromBuffer(start).catch(() => undefined))?.mime;
  if (found === ZIP || (found === undefined && isZip(start))) return { family: 'zip', type: ZIP };
  if (found === PARQUET || startsWith(start, 'PAR1') || startsWith(start, 'PARE'))
    return { family: 'parquet', type: PARQUET };
  if (found === GZIP) return { family: isTar(await gunzipStart(start)) ? 'tar' : 'gzip', type: GZIP };
  if (isTar(start)) return { family: 'tar', type: TAR };
  if (found !== undefined && (AUDIO.has(found) || found.startsWith('audio/ogg')))
    return { family: 'audio', type: found };
  if (startsWith(start, 'RIFF') || startsWith(start, 'RF64')) return { family: 'audio', type: 'audio/wav' };
  if (found === undefined && looksLikeText(start)) return { family: 'text', type: 'text' };
  return { family: 'other', type: found ?? 'unknown' };
}

/** The kind of dataset that a first upload of this content speaks for; undefined for none. */
export function kindOf({ family }: Content, start: Uint8Array): Kind | undefined {
  if (family === 'image' || family === 'audio') return family;
  if (family === 'parquet' || family === 'gzip') return 'table';
  return family === 'text' ? (looksLikeTable(start) ? 'table' : 'text') : undefined;
}

/** JSON objects line by line, or lines that agree on how many cells they have. The last line may be cut short. */
export function looksLikeTable(start: Uint8Array): boolean {
  const text = new TextDecoder(encodingByMark(start)).decode(start);
  const lines = text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
  if (lines.length === 0) return false;
  if (lines.every((line) => line.trimStart().startsWith('{'))) return true;
  const whole = start.length < SNIFFED_BYTES ? lines : lines.slice(0, -1);
  if (whole.length < AGREEING_LINES) return false;
  return DELIMITERS.some((delimiter) => {
    const cells = whole.map((line) => line.replaceAll(/"[^"]*"/g, '').split(delimiter).length);
    const most = cells[0] as number;
    return most > 1 && cells.filter((count) => count === most).length >= whole.length * 0.8;
  });
}

/** UTF-16 has zero bytes, so only its mark tells it from something else. */
function looksLikeText(start: Uint8Array): boolean {
  return encodingByMark(start) !== 'utf-8' || !start.includes(0);
}

function encodingByMark(start: Uint8Array): string {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  return start[0] === 0xfe && start[1] === 0xff ? 'utf-16be' : 'utf-8';
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

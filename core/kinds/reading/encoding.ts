// Detects the encoding of a file: strict UTF-8, a byte order mark, or the declared encoding. A detected encoding is always reported.
import { isAscii, isUtf8 } from 'node:buffer';
import { strictDecoder } from './code-pages.ts';
import type { Encoding as Declared } from './encodings.ts';
import { type EncodingGuess, guessEncodings } from './guess-encoding.ts';

const SAMPLE_BYTES = 64 * 1024;
/** A second guess closer than this leaves the first one unsure. */
const MARGIN = 0.025;
const WORTH_TELLING = 0.25;
const SHOWN_CHARACTERS = 40;
/** Fewer different words with foreign characters may be of any language. */
const FEWEST_WORDS = 3;
/** Fewer words are enough on this many lines, where every other encoding makes far worse words of them. */
const REPEATED_LINES = 5;
const CLEAR_MARGIN = 0.5;
const NUL_SAMPLE_BYTES = 4096;
/** Letters of western text in UTF-16 have a zero byte each. */
const UTF_16_NULS = 0.2;
const NEWLINE = 0x0a;
const LINE_END = /[\r\n]+/;
const BEYOND_ASCII = /[\u0080-\uffff]/;
/** Escape sequences with which ISO-2022-JP, whose bytes are all ASCII, switches to Japanese and back. */
const ESCAPE = String.fromCharCode(0x1b);
const KOREAN_ESCAPE = `${ESCAPE}$)C`;
/** ~{...~}, pairs of printable bytes between braces. */
const CHINESE_STRETCH = /~\{([\x21-\x77][\x21-\x7e])+~\}/g;
const MOSTLY_LETTERS = 0.85;
const HARDLY = 0.05;
const JAPANESE_ESCAPE = new RegExp(`${ESCAPE}\\$[@B][^]*?${ESCAPE}\\([BJ]`);

/**
 * `encoding`: one of ENCODINGS. `bom`: number of bytes to skip. `detected`: the encoding was not declared. `guess`: for people, if the
 * detection is uncertain.
 */
export type Reading = {
  readonly encoding: string;
  readonly bom: number;
  readonly detected: boolean;
  readonly guess?: string;
  /** An encoding that is told beyond doubt and not read, for people. */
  readonly unread?: string;
};
export type Decoded = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly offset?: number };

/**
 * Returns undefined if the bytes look like UTF-16 without a byte order mark, which cannot be detected with certainty.
 */
export function settleEncoding(
  bytes: Uint8Array,
  declared: Declared,
  detection: { readonly minConfidence: number } | undefined,
): Reading | undefined {
  const mark = markOf(bytes);
  if (mark) return mark;
  const unread = unreadOf(bytes);
  if (unread !== undefined) return { encoding: 'utf-8', bom: 0, detected: false, unread };
  if (declared !== 'auto') return { encoding: declared, bom: 0, detected: false };
  if (looksLikeUtf16(bytes)) return undefined;
  const utf8: Reading = { encoding: 'utf-8', bom: 0, detected: false };
  if (isUtf8(bytes)) {
    const start = Buffer.from(bytes.subarray(0, SAMPLE_BYTES)).toString('latin1');
    const isJapanese = detection !== undefined && start.includes(`${ESCAPE}$`) && JAPANESE_ESCAPE.test(start);
    return isJapanese ? { encoding: 'iso-2022-jp', bom: 0, detected: true } : utf8;
  }
  const sample = foreignLines(bytes);
  const { valid, invalid } = countSequences(sample);
  if (valid >= invalid || !detection) return utf8;
  const [first, second] = guessEncodings(sample);
  if (!first) return utf8;
  const words = new Set(first.text.split(/[^\p{L}\p{M}’]+/u).filter((word) => BEYOND_ASCII.test(word)));
  // Quotes and dashes speak for an encoding as words do.
  const signs = new Set(first.text.match(/[“”‘’–—…•]/g));
  const ahead = first.score - (second?.score ?? 0);
  const isRepeated = ahead >= CLEAR_MARGIN && sample.filter((byte) => byte === NEWLINE).length >= REPEATED_LINES;
  const isSure =
    (words.size + signs.size >= FEWEST_WORDS || (words.size > 0 && isRepeated)) &&
    first.score * 100 >= detection.minConfidence &&
    (second === undefined || ahead >= MARGIN);
  if (isSure) return { encoding: first.encoding, bom: 0, detected: true };
  // A single word is treated as an issue of its line; the other lines are read.
  if (first.score < WORTH_TELLING || words.size < 2) return utf8;
  const rival = second && second.score >= WORTH_TELLING ? second : undefined;
  const shown = rival ? [lineOf(first, rival), lineOf(rival, first)] : [lineOf(first)];
  return { ...utf8, guess: shown.join(' or ') };
}

/** Returns the encoding and, shortened, its first line with a non-ASCII character, or the first that `other` reads otherwise. */
function lineOf({ encoding, text }: EncodingGuess, other?: EncodingGuess): string {
  const rivals = other?.text.split(LINE_END) ?? [];
  const lines = text.split(LINE_END);
  const row = Math.max(
    0,
    lines.findIndex((line, at) => BEYOND_ASCII.test(line) && line !== rivals[at]),
  );
  const [line, rival] = [lines[row] ?? '', rivals[row] ?? ''];
  const differs = [...line].findIndex((character, at) => character !== rival[at]);
  const start = differs < SHOWN_CHARACTERS ? 0 : line.lastIndexOf(' ', differs) + 1;
  return `${encoding} (${JSON.stringify(line.slice(start).trim().slice(0, SHOWN_CHARACTERS))})`;
}

/**
 * Decodes strictly: bytes that are invalid in the encoding are not replaced. `offset`: position of the first invalid byte, if it is known.
 */
export function decodeBytes(bytes: Uint8Array, encoding: string): Decoded {
  try {
    return { ok: true, text: strictDecoder(encoding).decode(bytes) };
  } catch {
    return encoding === 'utf-8' ? { ok: false, offset: firstInvalid(bytes) } : { ok: false };
  }
}

/** Encodings that no browser reads any more: their bytes are ASCII, or stand for other characters than ASCII. */
function unreadOf(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, SAMPLE_BYTES));
  if (start.includes(KOREAN_ESCAPE)) return 'ISO-2022-KR';
  if (start.includes('~{') && (start.toString('latin1').match(CHINESE_STRETCH)?.length ?? 0) >= FEWEST_WORDS)
    return 'HZ (a Chinese encoding)';
  return looksLikeEbcdic(start) ? 'EBCDIC' : undefined;
}

/** Letters, digits and the blank of EBCDIC, and its line end or line feed, where a text of another encoding has letters of ASCII. */
function looksLikeEbcdic(start: Buffer): boolean {
  const isLetter = (byte: number) =>
    byte === 0x40 ||
    [0x80, 0x90, 0xc0, 0xd0].some((row) => byte > row && byte <= row + 9) ||
    (byte >= 0xa2 && byte <= 0xa9) ||
    (byte >= 0xe2 && byte <= 0xe9) ||
    (byte >= 0xf0 && byte <= 0xf9);
  const isPlain = (byte: number) => (byte >= 0x61 && byte <= 0x7a) || byte === 0x20;
  let letters = 0;
  let plain = 0;
  for (const byte of start) {
    if (isLetter(byte)) letters++;
    if (isPlain(byte)) plain++;
  }
  const hasLineEnds = start.includes(0x15) || start.includes(0x25);
  return (
    start.length >= 16 && hasLineEnds && letters >= start.length * MOSTLY_LETTERS && plain <= start.length * HARDLY
  );
}

function markOf(bytes: Uint8Array): Reading | undefined {
  const [a, b, c, d] = bytes;
  const isUtf32 = (a === 0xff && b === 0xfe && c === 0 && d === 0) || (a === 0 && b === 0 && c === 0xfe && d === 0xff);
  if (isUtf32) return { encoding: 'utf-8', bom: 4, detected: false, unread: 'UTF-32' };
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf-8', bom: 3, detected: false };
  if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', bom: 2, detected: false };
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', bom: 2, detected: false };
  return undefined;
}

function looksLikeUtf16(bytes: Uint8Array): boolean {
  const start = bytes.subarray(0, NUL_SAMPLE_BYTES);
  let nuls = 0;
  for (const byte of start) if (byte === 0) nuls++;
  return start.length >= 4 && nuls > start.length * UTF_16_NULS;
}

/** The lines that are not ASCII, up to a sample. */
function foreignLines(bytes: Uint8Array): Uint8Array {
  const sample: Uint8Array[] = [];
  for (let start = 0, left = SAMPLE_BYTES; start < bytes.length && left > 0; ) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    const line = bytes.subarray(start, Math.min(end, start + left));
    start = end;
    if (isAscii(line)) continue;
    sample.push(line);
    left -= line.length;
  }
  return Buffer.concat(sample);
}

/** Characters of several bytes, and bytes that are no part of any: text in another encoding has hardly any of the first. */
function countSequences(bytes: Uint8Array): { valid: number; invalid: number } {
  let valid = 0;
  let invalid = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceAt(bytes, at);
    if (length > 1) valid++;
    else if (length === 0) invalid++;
    at += Math.max(1, length);
  }
  return { valid, invalid };
}

/** Offset of the first byte that is no part of well-formed UTF-8 (Unicode 16, table 3-7). */
function firstInvalid(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceAt(bytes, at);
    if (length === 0) return at;
    at += length;
  }
  return at;
}

/** Returns the length of the well-formed sequence at this position; 0 if there is none. */
function sequenceAt(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] as number;
  if (lead < 0x80) return 1;
  const length =
    lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  const second = bytes[at + 1] as number;
  const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > most) return 0;
  for (let i = 2; i < length; i++) if (((bytes[at + i] as number) & 0xc0) !== 0x80) return 0;
  return length;
}

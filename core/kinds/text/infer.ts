// What a dataset of texts needs, from the beginnings of some of its files.

import type { Sample } from '../define/cleaned.ts';
import { FORMATS } from '../formats/register.ts';
import { decodeBytes, settleEncoding } from '../reading/encoding.ts';
import { TextConfig } from './config.ts';
import { countCharacters, normalized } from './encoding/characters.ts';
import { linesSaid } from './extract/read-subtitles.ts';

/** Lines up to here, several a file, are documents; longer ones are paragraphs of one. */
const LONGEST_LINE = 200;
const FEWEST_LINES = 5;
const LONGEST = 1_000_000;
const SHARE = 0.99;
/** Of documents that are read only as a whole. */
const DOCUMENT_LENGTH = 2 ** 17;
/** What is typical of this kind of column, best first. */
const COLUMNS = ['text', 'content', 'document', 'body', 'sentence', 'message'];

/** `maxLength`: the 99th percentile of the documents seen, rounded up to a power of two. */
export function inferText(samples: readonly Sample[]): TextConfig {
  const texts = samples.map(({ start }) => plainStart(start)).filter((text) => text !== '');
  if (texts.length === 0 && samples.length > 0) return TextConfig.parse({ unit: 'file', maxLength: DOCUMENT_LENGTH });
  const column = columnOf(texts);
  if (column !== undefined) return TextConfig.parse({ unit: 'column', column, maxLength: 4096 });
  const lines = texts.flatMap((text) => wholeLines(text));
  const byLine =
    lines.length > 0 &&
    lines.length >= FEWEST_LINES * texts.length &&
    percentile(lines.map(countCharacters), SHARE) <= LONGEST_LINE;
  const lengths = (byLine ? lines : texts).map(countCharacters);
  return TextConfig.parse({ unit: byLine ? 'line' : 'file', maxLength: roundedUp(percentile(lengths, SHARE), byLine) });
}

/** What is said in subtitles; nothing of documents, whose text shows only when they are whole. */
function plainStart(start: Uint8Array): string {
  const isZip = start[0] === 0x50 && start[1] === 0x4b && start[2] === 0x03;
  const text = isZip ? '' : readStart(start);
  if (FORMATS.subtitles.tells?.(text) || FORMATS.webvtt.tells?.(text)) return linesSaid(text);
  const isDocument = [FORMATS.html, FORMATS.email, FORMATS.mailbox].some((format) => format.tells?.(text));
  return isDocument ? '' : text;
}

function readStart(start: Uint8Array): string {
  const reading = settleEncoding(start, 'auto', { minConfidence: 50 });
  if (!reading) return '';
  const bytes = start.subarray(reading.bom);
  const decoded = decodeBytes(bytes, reading.encoding);
  return normalized(decoded.ok ? decoded.text : new TextDecoder(reading.encoding).decode(bytes));
}

/** The last line of a beginning may be cut short. */
function wholeLines(text: string): string[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.length > 1 ? lines.slice(0, -1) : lines;
}

function columnOf(texts: readonly string[]): string | undefined {
  const records = texts.flatMap((text) => wholeLines(text).slice(0, 1)).filter((line) => line.startsWith('{'));
  if (records.length === 0 || records.length < texts.length) return undefined;
  return COLUMNS.find((column) => records.every((record) => record.includes(`"${column}"`)));
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** Files are seen in part only, so they get room. */
function roundedUp(length: number, byLine: boolean): number {
  const wanted = Math.max(16, byLine ? length : length * 4);
  return Math.min(LONGEST, 2 ** Math.ceil(Math.log2(wanted)));
}

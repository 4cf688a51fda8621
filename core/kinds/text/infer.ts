// Infers the settings of a dataset of texts from the beginnings of some of its files.

import type { Sample } from '../define/cleaned.ts';
import { FORMATS } from '../formats/register.ts';
import { lenientText } from '../reading/code-pages.ts';
import { decodeBytes, settleEncoding } from '../reading/encoding.ts';
import { isAbc } from './abc/tunebook.ts';
import { TextConfig } from './config.ts';
import { countCharacters, normalized } from './encoding/characters.ts';
import { linesSaid } from './extract/read-subtitles.ts';

/** Lines up to here, several a file, are documents; longer ones are paragraphs of one. */
const LONGEST_LINE = 200;
const FEWEST_LINES = 5;
const LONGEST = 1_000_000;
const SHARE = 0.99;
const NAMED_AS_DOCUMENT =
  /\.(md|markdown|rst|tex|html?|rtf|org|adoc|eml)$|(^|\/)(readme|license|licence|changelog)(\.[a-z]+)?$/i;
/** Their lines are long and still apart. */
const NAMED_AS_LOG = /\.log$/i;
const MARKUP = /^\s*<(!doctype|html|\?xml)|\\begin\{/i;
/** Share of empty lines, of lines that go on in the next one, and the width in characters from which on prose is broken. */
const MOST_EMPTY = 0.1;
const WRAPPED = 0.3;
const LEAST_WIDTH = 40;
/** Usual names of the text column, the best first. */
const COLUMNS = ['text', 'content', 'document', 'body', 'sentence', 'message'];

/** An inferred limit never rejects: only people set limits on length. */
export function inferText(samples: readonly Sample[]): TextConfig {
  const read = samples.map(({ path, start }) => ({ path, text: plainStart(start) })).filter(({ text }) => text !== '');
  const texts = read.map(({ text }) => text);
  if (texts.length === 0 && samples.length > 0) return TextConfig.parse({ unit: 'file', maxLength: LONGEST });
  if (texts.filter(isAbc).length * 2 > texts.length) return TextConfig.parse({ unit: 'tune', maxLength: LONGEST });
  const column = columnOf(texts);
  if (column !== undefined) return TextConfig.parse({ unit: 'column', column, maxLength: LONGEST });
  const lines = texts.flatMap((text) => wholeLines(text));
  const byLine =
    lines.length > 0 &&
    lines.length >= FEWEST_LINES * texts.length &&
    (percentile(lines.map(countCharacters), SHARE) <= LONGEST_LINE ||
      read.every(({ path }) => NAMED_AS_LOG.test(path))) &&
    read.filter(isWhole).length * 2 < read.length;
  return TextConfig.parse({ unit: byLine ? 'line' : 'file', maxLength: LONGEST });
}

/** The lines of a log stand apart, however they begin and end. */
function isWhole({ path, text }: { readonly path: string; readonly text: string }): boolean {
  return !NAMED_AS_LOG.test(path) && (NAMED_AS_DOCUMENT.test(path) || isDocument(text));
}

/**
 * Returns whether lines belong together: paragraphs with empty lines between them, markup, or prose wrapped at a fixed width.
 */
function isDocument(text: string): boolean {
  if (MARKUP.test(text)) return true;
  const all = text.split('\n');
  const lines = all.filter((line) => line.trim() !== '');
  if (all.length - lines.length > all.length * MOST_EMPTY) return true;
  const pairs = lines.slice(1).map((line, i) => [lines[i] as string, line] as const);
  const going = pairs.filter(
    ([before, after]) => !/[.!?:;]["'\u201d)]?\s*$/.test(before) && /^[a-z\u00df-\u00f6\u00f8-\u00ff]/.test(after),
  );
  const widths = lines.slice(0, -1).map(countCharacters);
  return going.length > pairs.length * WRAPPED && percentile(widths, 0.5) >= LEAST_WIDTH;
}

/** Returns the lines spoken in subtitles; empty for documents whose text can only be extracted from the whole file. */
function plainStart(start: Uint8Array): string {
  const isZip = start[0] === 0x50 && start[1] === 0x4b && start[2] === 0x03;
  const text = isZip ? '' : readStart(start);
  if (FORMATS.subtitles.tells?.(text, '') || FORMATS.webvtt.tells?.(text, '')) return linesSaid(text);
  const isDocument = [FORMATS.html, FORMATS.email, FORMATS.mailbox].some((format) => format.tells?.(text, ''));
  return isDocument ? '' : text;
}

function readStart(start: Uint8Array): string {
  const reading = settleEncoding(start, 'auto', { minConfidence: 50 });
  if (!reading) return '';
  const bytes = start.subarray(reading.bom);
  const decoded = decodeBytes(bytes, reading.encoding);
  return normalized(decoded.ok ? decoded.text : lenientText(bytes, reading.encoding));
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

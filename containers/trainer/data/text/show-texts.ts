// Codes of drawn texts, and of answers beside their sources, as the lines that people see.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TextCodec, textCoder } from '#core/kinds/text/codec/text-codec.ts';
import { linesOf } from '#core/model/text/write-texts.ts';
import { CODEC_FILE } from '../coded-files.ts';
import type { ShownSamples } from '../shown-samples.ts';

/** File with the codec of the sources of pairs. */
export const SOURCE_CODEC_FILE = 'source.json';

export function readTextCodec(folder: string): TextCodec {
  return TextCodec.parse(JSON.parse(readFileSync(join(folder, CODEC_FILE), 'utf8')));
}

/** Undefined where items are no pairs. */
export function readSourceCodec(folder: string): TextCodec | undefined {
  const file = join(folder, SOURCE_CODEC_FILE);
  return existsSync(file) ? TextCodec.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
}

export function showTexts(codes: Uint8Array, folder: string): ShownSamples {
  const codec = readTextCodec(folder);
  const source = readSourceCodec(folder);
  const lines = source
    ? decodePairs(codec, source, codes).map((pair) => `${pair.source} → ${pair.text}`)
    : decodeTexts(codec, codes);
  const bytes = new TextEncoder().encode(linesOf(lines));
  return { extension: 'txt', contentType: 'text/plain; charset=utf-8', bytes };
}

export function decodeTexts(codec: TextCodec, codes: Uint8Array): string[] {
  const { decode, positions } = textCoder(codec);
  return rowsOf(codes, positions).map(decode);
}

/** Rows of a text's codes before those of its source. */
export function decodePairs(codec: TextCodec, source: TextCodec, codes: Uint8Array) {
  const [text, given] = [textCoder(codec), textCoder(source)];
  return rowsOf(codes, text.positions + given.positions).map((row) => ({
    text: text.decode(row.subarray(0, text.positions)),
    source: given.decode(row.subarray(text.positions)),
  }));
}

function rowsOf(codes: Uint8Array, width: number): Uint8Array[] {
  return Array.from({ length: codes.length / width }, (_, place) => codes.subarray(place * width, (place + 1) * width));
}

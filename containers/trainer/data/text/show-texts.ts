// Codes of drawn texts as the lines that people see.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TextCodec, textCoder } from '#core/kinds/text/codec/text-codec.ts';
import { linesOf } from '#core/model/text/write-texts.ts';
import { CODEC_FILE } from '../coded-files.ts';
import type { ShownSamples } from '../shown-samples.ts';

export function readTextCodec(folder: string): TextCodec {
  return TextCodec.parse(JSON.parse(readFileSync(join(folder, CODEC_FILE), 'utf8')));
}

export function showTexts(codes: Uint8Array, folder: string): ShownSamples {
  const bytes = new TextEncoder().encode(linesOf(decodeTexts(readTextCodec(folder), codes)));
  return { extension: 'txt', contentType: 'text/plain; charset=utf-8', bytes };
}

export function decodeTexts(codec: TextCodec, codes: Uint8Array): string[] {
  const { decode, positions } = textCoder(codec);
  return Array.from({ length: codes.length / positions }, (_, place) =>
    decode(codes.subarray(place * positions, (place + 1) * positions)),
  );
}

// Texts whose law is known: consonant, vowel, consonant and the same vowel again. Their class is that of the first consonant.
import { uniforms } from '#core/base/random.ts';
import { textCodecFit } from '#core/kinds/text/codec/fit-text-codec.ts';
import { type TextCodec, textCoder } from '#core/kinds/text/codec/text-codec.ts';
import type { Items } from '../../../../../containers/trainer/data/batches.ts';

const FIRST = ['b', 'd', 'm', 'n'];
const VOWELS = ['a', 'i', 'o'];
const SECOND = ['l', 'r', 's', 't'];
export const LABELS = ['hard', 'soft'];
/** In nats. */
export const ENTROPY = Math.log(FIRST.length * VOWELS.length * SECOND.length);
export const LAW = /^[bdmn]([aio])[lrst]\1$/;

export function knownTexts(count: number, seed: number): { readonly text: string; readonly label: string }[] {
  const draws = uniforms(seed, 'texts', 3 * count);
  const pick = (from: readonly string[], draw: number) => from[Math.floor(draw * from.length)] as string;
  return Array.from({ length: count }, (_, at) => {
    const [one, two, three] = draws.subarray(3 * at, 3 * at + 3) as unknown as [number, number, number];
    const [first, vowel] = [pick(FIRST, one), pick(VOWELS, two)];
    return { text: `${first}${vowel}${pick(SECOND, three)}${vowel}`, label: 'bd'.includes(first) ? 'hard' : 'soft' };
  });
}

export function knownCodec(): TextCodec {
  const fit = textCodecFit();
  for (const { text } of knownTexts(200, 1)) fit.add(text, true);
  return fit.codec();
}

export function codedTexts(texts: readonly { readonly text: string; readonly label: string }[]): Items<Uint8Array> {
  const coder = textCoder(knownCodec());
  const bytes = new Uint8Array(texts.length * coder.positions);
  for (const [place, { text }] of texts.entries()) bytes.set(coder.row(text), place * coder.positions);
  const labels = Int32Array.from(texts, ({ label }) => LABELS.indexOf(label));
  return { items: texts.length, size: coder.positions, bytes, areCodes: true, labels, classes: LABELS.length };
}

// The share of each symbol in the training texts, at which the logits start.
import { END, type TextCodec, textCoder } from '#core/kinds/text/codec/text-codec.ts';
import type { Pixels } from '../../data/batches.ts';

/** Pseudo-positions of each symbol, so that its logarithm is finite. */
const PRIOR_POSITIONS = 0.1;

/** Returns the logarithms of the shares, [vocabulary]. */
export function symbolShares(
  codec: TextCodec,
  { bytes, items, size }: Pixels,
): { readonly vocabulary: number; readonly logShares: Float32Array } {
  const { vocabulary } = textCoder(codec);
  const counts = new Float64Array(vocabulary).fill(PRIOR_POSITIONS);
  for (let item = 0; item < items; item++) {
    for (let at = item * size; at < (item + 1) * size; at++) {
      const code = bytes[at] as number;
      counts[code] = (counts[code] as number) + 1;
      if (code === END) break;
    }
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  return { vocabulary, logShares: Float32Array.from(counts, (count) => Math.log(count / total)) };
}

// Splits merged codes into single symbols: n-gram models and metrics of texts count symbols, whatever a model merges.
import { SPLITS, type Split } from '#core/kinds/split.ts';
import { END, type TextCodec, textCoder } from '#core/kinds/text/codec/text-codec.ts';
import type { Items, Pixels } from '../../data/batches.ts';

type Splits = Readonly<Record<Split, Items<Uint8Array>>>;

/** Returns the splits as single symbols; the same object when no code is merged. */
export function unmergedSplits(codec: TextCodec, splits: Splits): Splits {
  if (!codec.merges) return splits;
  const own = SPLITS.map((split) => [split, { ...splits[split], ...unmerged(codec, splits[split].bytes) }]);
  return Object.fromEntries(own) as Splits;
}

/** Returns codes [texts, positions] as single symbols, with room for the longest text of the codec. */
export function unmerged(codec: TextCodec, codes: Uint8Array): Pick<Pixels, 'size' | 'bytes'> {
  const { pieces, positions } = textCoder(codec);
  if (!codec.merges) return { size: positions, bytes: codes };
  const size = sizeOf(codec);
  const bytes = new Uint8Array((codes.length / positions) * size);
  for (let item = 0; item * positions < codes.length; item++) {
    const text = codes.subarray(item * positions, (item + 1) * positions);
    const end = text.indexOf(END);
    const symbols = [...(end < 0 ? text : text.subarray(0, end))].flatMap((code) => pieces[code] ?? []);
    bytes.set(symbols.slice(0, size - 1), item * size);
  }
  return { size, bytes };
}

function sizeOf({ longest, positions }: TextCodec): number {
  return longest ?? positions;
}

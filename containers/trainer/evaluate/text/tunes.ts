// Figures of drawn tunes: how many of their bars are as long as the metre says, and how many tunes a player can read.
import { abcBars, EQUAL } from '#core/kinds/text/abc/abc-bars.ts';
import { isWellFormedTune, musicOf, tuneOf, UNIT } from '#core/kinds/text/abc/tunebook.ts';
import { type TextCodec, textCoder } from '#core/kinds/text/codec/text-codec.ts';
import type { Pixels } from '../../data/batches.ts';
import type { Measured } from './judge.ts';

/** Returns the figures of unmerged codes. */
export function tuneFigures(codec: TextCodec): (texts: Pixels) => Measured {
  const { decode } = textCoder(codec);
  return ({ bytes, items, size }) => {
    let [full, inner, read] = [0, 0, 0];
    for (let item = 0; item < items; item++) {
      const text = decode(bytes.subarray(item * size, (item + 1) * size));
      if (isWellFormedTune(text)) read++;
      const tune = tuneOf(text);
      if (!tune?.bars) continue;
      const { length } = tune.bars;
      // The first bar and the last one are often upbeats and what they leave.
      const bars = abcBars(musicOf(tune.body), UNIT, tune.bars).bars.slice(1, -1);
      inner += bars.length;
      full += bars.filter((bar) => Math.abs(bar - length) < EQUAL).length;
    }
    return { readTunes: read / Math.max(items, 1), ...(inner > 0 && { fullBars: full / inner }) };
  };
}

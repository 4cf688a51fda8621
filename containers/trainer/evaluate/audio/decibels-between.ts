// The distance of log-mel images in decibels.
import type { MelCodec } from '#core/kinds/audio/codec/mel-codec.ts';

/** Returns the root mean square over all bands and frames. */
export function decibelsBetween(
  a: Uint8Array,
  b: Uint8Array,
  { lowestDecibels, highestDecibels }: Pick<MelCodec, 'lowestDecibels' | 'highestDecibels'>,
): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
  return (Math.sqrt(sum / a.length) * (highestDecibels - lowestDecibels)) / 255;
}

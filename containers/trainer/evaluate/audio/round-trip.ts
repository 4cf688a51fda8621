// Log-mel images after the round trip: to 16-bit samples as in a WAV, and back to images.
import { clipsToMel } from '#core/kinds/audio/codec/clips-to-mel.ts';
import type { MelCodec } from '#core/kinds/audio/codec/mel-codec.ts';
import { drawnToClips, melToClips } from '#core/kinds/audio/codec/mel-to-clips.ts';
import type { Pixels } from '../../data/batches.ts';

const SEED = 1;
const PICTURES_AT_ONCE = 16;

/**
 * Converts images to WAV and back. `stream` names the random phases. With `repeats`, equal images are converted once.
 */
export type RoundTrip = (pictures: Pixels, stream: string, repeats?: boolean) => Promise<Pixels>;

/** `isDrawn`: the pictures are those of a model, whose sounds are brought to the level of training clips as they are when they are served. */
export function roundTripOf(codec: MelCodec, yieldToEventLoop: () => Promise<void>, isDrawn = false): RoundTrip {
  const [toClip, toMel] = [isDrawn ? drawnToClips(codec) : melToClips(codec), clipsToMel(codec)];
  return async ({ items, size, bytes }, stream, repeats = false) => {
    const out = new Uint8Array(bytes.length);
    const known = new Map<string, Uint8Array>();
    for (let item = 0; item < items; item++) {
      if (item % PICTURES_AT_ONCE === 0) await yieldToEventLoop();
      const picture = bytes.subarray(item * size, (item + 1) * size);
      const key = repeats ? Buffer.from(picture).toString('latin1') : '';
      const again = (repeats && known.get(key)) || toMel(toClip(picture, SEED, `${stream}/${item}`));
      if (repeats) known.set(key, again);
      out.set(again, item * size);
    }
    return { items, size, bytes: out };
  };
}

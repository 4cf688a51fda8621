// The transform by which log-mel pictures become sound again: its windows overlap twice as much as those of pictures, so that phases can be found.
import { FRAME_SPECTRA } from './magnitude-network.ts';
import type { MelCodec } from './mel-codec.ts';
import { type Stft, stftOf } from './stft.ts';

/** `frames`: of a clip. `hop`: samples from one to the next. */
type FineStft = { readonly stft: Stft; readonly frames: number; readonly hop: number };

export function fineStftOf({ frame, samples, ...picture }: MelCodec): FineStft {
  const hop = picture.hop / FRAME_SPECTRA;
  const frames = picture.frames * FRAME_SPECTRA;
  return { stft: stftOf({ frame, hop, frames, samples, start: (hop - frame) / 2 }), frames, hop };
}

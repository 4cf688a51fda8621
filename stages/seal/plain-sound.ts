// Extracts the samples of an uploaded WAV without the other facts in the file (place, time, owner), so that a page can play it.
import { readWav } from '#core/kinds/audio/decode/pcm/wav.ts';
import { mixDown } from '#core/kinds/audio/measure.ts';

const FULL_SCALE = 32_767;

/** One channel of 16-bit samples. */
export type PlainSound = { readonly samples: Int16Array; readonly sampleRate: number };

/** Returns undefined for anything but a WAV with samples in it. */
export function plainSound(bytes: Uint8Array): PlainSound | undefined {
  const read = readWav(bytes);
  if (!read.ok || read.sound.channels[0].length === 0) return undefined;
  const { mono } = mixDown(read.sound.channels);
  const samples = Int16Array.from(mono, (value) => Math.round(FULL_SCALE * Math.max(-1, Math.min(1, value || 0))));
  return { samples, sampleRate: read.sound.sampleRate };
}

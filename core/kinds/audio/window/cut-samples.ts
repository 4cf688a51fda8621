// How much the clips of a recording hold, before it is decoded.
import { type AudioConfig, samplesOf } from '../config.ts';

/** Samples of all clips that a recording of so many seconds is cut into at most; 0 where it is not cut. */
export function cutSamples(seconds: number, audio: AudioConfig): number {
  if (!audio.window || seconds <= audio.seconds) return 0;
  return Math.ceil(seconds / (audio.window.hop ?? audio.seconds)) * samplesOf(audio);
}

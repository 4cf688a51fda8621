// Samples of a decoded frame as numbers from -1 to 1, one array a channel.
import type { Frame } from '@libav.js/variant-fat/dist/libav-4.10.6.1.1-fat.wasm.js';
import type { Piece } from '../codec.ts';

/** By AVSampleFormat, first those of one array for all channels, then the same of an array a channel: u8, s16, s32, float, double. */
const OFFSETS = [128, 0, 0, 0, 0];
const SCALES = [128, 2 ** 15, 2 ** 31, 1, 1];

export function frameSamples({ data, format, channels, sample_rate, nb_samples }: Frame): Piece | undefined {
  const offset = OFFSETS[format % OFFSETS.length];
  const scale = SCALES[format % SCALES.length];
  if (offset === undefined || scale === undefined || !(channels > 0)) return undefined;
  const planes = Array.isArray(data) ? (data as readonly ArrayLike<number>[]) : undefined;
  const mixed = planes ? [] : (data as ArrayLike<number>);
  const channelData = Array.from({ length: channels }, (_, channel) => {
    const samples = new Float32Array(nb_samples);
    const plane = planes?.[channel];
    for (let i = 0; i < nb_samples; i++) {
      const value = plane ? plane[i] : mixed[i * channels + channel];
      samples[i] = ((value ?? offset) - offset) / scale;
    }
    return samples;
  });
  return { sampleRate: sample_rate, channelData };
}

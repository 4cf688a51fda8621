// Uncompressed sound in MP4 or Matroska, as the AU file that its samples would be.
import type { Libav } from '@libav.js/variant-fat/dist/libav-4.10.6.1.1-fat.wasm.js';
import { readUncompressed } from '../pcm/uncompressed.ts';
import type { DecodedSound } from '../sound.ts';

/** FFmpeg's name -> the number of the encoding in AU files. Those that FFmpeg's build decodes itself are not here. */
const AU_ENCODINGS: Readonly<Record<string, number>> = {
  pcm_mulaw: 1,
  pcm_s8: 2,
  pcm_s16be: 3,
  pcm_s24be: 4,
  pcm_s32be: 5,
  pcm_f32be: 6,
  pcm_f64be: 7,
  pcm_alaw: 27,
};
const HEADER_BYTES = 24;

/** Returns undefined for another codec. */
export function pcmFile(
  codec: string,
  libav: Libav,
  parameters: number,
): ((samples: Uint8Array) => Promise<DecodedSound>) | undefined {
  const encoding = AU_ENCODINGS[codec];
  if (encoding === undefined) return undefined;
  const sampleRate = libav.AVCodecParameters_sample_rate(parameters);
  const channels = libav.AVCodecParameters_ch_layout_nb_channels(parameters);
  return async (samples) => {
    const file = Buffer.alloc(HEADER_BYTES + samples.length);
    for (const [i, value] of [0x2e736e64, HEADER_BYTES, samples.length, encoding, sampleRate, channels].entries())
      file.writeUInt32BE(value, i * 4);
    file.set(samples, HEADER_BYTES);
    return readUncompressed(new Uint8Array(file.buffer, file.byteOffset, file.length), 'au');
  };
}

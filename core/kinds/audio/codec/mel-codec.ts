// Constants for converting clips to log-mel images, chosen by sample rate and length and stored with the model.
import * as z from 'zod';
import { type AudioConfig, samplesOf } from '../config.ts';
import { hasAllWeights, MagnitudeNetwork } from './magnitude-network.ts';

/** codec.json of a model of clips. A picture has one row a band, high bands first as spectrograms are shown, and one column a frame. */
export const MelCodec = z
  .object({
    schemaVersion: z.literal(1),
    sampleRate: z.int().min(1),
    /** Samples of a clip. */
    samples: z.int().min(1),
    /** Samples of a frame, a power of two, under a Hann window. */
    frame: z.int().min(32),
    /** Samples from one frame to the next; the first is centred half of it after the clip's start. */
    hop: z.int().min(8),
    frames: z.int().min(1),
    bands: z.int().min(8),
    /** Hertz of the lower edge of the first band. The upper edge of the last is half the sample rate. */
    lowestHertz: z.number().min(0),
    /** Decibels of bytes 0 and 255; 0 dB is a sine of full scale in one bin. */
    lowestDecibels: z.number(),
    highestDecibels: z.number(),
    /** Share of full scale that the loudest sample of every clip was brought to; absent: clips keep the level that they had. */
    peak: z.number().min(0).max(1).optional(),
    /** Corrects the spectra that are estimated from the bands; absent: it was no better on held-out clips, or the model is older. */
    magnitudes: MagnitudeNetwork.optional(),
  })
  .refine(
    (codec) => codec.magnitudes === undefined || hasAllWeights(codec, codec.magnitudes),
    'magnitudes: weights are missing',
  );
export type MelCodec = z.infer<typeof MelCodec>;

export const AUDIO_MODEL_LIMITS = {
  sampleRate: { least: 8_000, most: 24_000 },
  seconds: { least: 0.25, most: 10 },
} as const;

/** A frame of about 32 ms: two pitch periods of a low voice. */
const FRAME_SECONDS = 0.032;
const BANDS = 64;
const LOWEST_HERTZ = 40;
/** Quieter components are inaudible beside the loudest, and recording noise would fill the image. */
const LOWEST_DECIBELS = -66;
/** A sine of full scale spreads over the bins of a band, which adds up to 6 dB. */
const HIGHEST_DECIBELS = 6;
/** Sides of pictures are multiples of it, so that networks can halve them. */
const FRAMES_MULTIPLE = 8;

/** The same settings give the same codec. `peak`: that of all clips. */
export function melCodecFor(audio: AudioConfig, peak?: number): MelCodec {
  const { sampleRate } = audio;
  const samples = samplesOf(audio);
  const frame = 2 ** Math.round(Math.log2(sampleRate * FRAME_SECONDS));
  const hop = frame / 2;
  return {
    schemaVersion: 1,
    sampleRate,
    samples,
    frame,
    hop,
    frames: Math.ceil(samples / hop / FRAMES_MULTIPLE) * FRAMES_MULTIPLE,
    bands: BANDS,
    lowestHertz: LOWEST_HERTZ,
    lowestDecibels: LOWEST_DECIBELS,
    highestDecibels: HIGHEST_DECIBELS,
    ...(peak !== undefined && { peak }),
  };
}

/** Why models of clips of this form are refused; undefined where they are not. */
export function cannotModelAudio({ sampleRate, seconds }: AudioConfig): string | undefined {
  const { sampleRate: rates, seconds: lengths } = AUDIO_MODEL_LIMITS;
  if (sampleRate < rates.least || sampleRate > rates.most)
    return `audio.sampleRate is ${sampleRate}; models of clips take ${rates.least} to ${rates.most} Hz`;
  if (seconds < lengths.least || seconds > lengths.most)
    return `audio.seconds is ${seconds}; models of clips take ${lengths.least} to ${lengths.most} s`;
  return undefined;
}

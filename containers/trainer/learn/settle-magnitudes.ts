// After training: a network learns the full spectra behind log-mel pictures, and becomes part of the codec where it wins on held-out clips.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clipsToMel } from '#core/kinds/audio/codec/clips-to-mel.ts';
import type { MelCodec } from '#core/kinds/audio/codec/mel-codec.ts';
import { melToClips } from '#core/kinds/audio/codec/mel-to-clips.ts';
import type { MagnitudeFacts } from '#core/model/messages/audio-metrics.ts';
import { MEL_CODEC_FILE, readClips } from '../data/audio/fetch-audio.ts';
import { decibelsBetween } from '../evaluate/audio/decibels-between.ts';
import { spectralDistance, spectraOf } from '../evaluate/audio/spectral-distance.ts';
import { type HeardClip, trainMagnitudes } from '../models/audio/train-magnitudes.ts';

/** Held-out clips that are made into sounds both ways: this many seconds of them. */
const COMPARED_SECONDS = 60;
const LEAST_COMPARED = 8;
/** Standard errors of the mean difference. */
const ERRORS = 2;
const SEED = 1;

type Settling = {
  readonly codec: MelCodec;
  readonly folder: string;
  readonly seed: number;
  readonly yieldToEventLoop: () => Promise<void>;
};
type SettledMagnitudes = { readonly codec: MelCodec; readonly facts: MagnitudeFacts | undefined };

/**
 * Returns the codec, and how sounds by the network compare with those by the bands alone; no facts where there are too few clips. Writes
 * codec.json anew where the network is used.
 */
export async function settleMagnitudes({
  codec,
  folder,
  seed,
  yieldToEventLoop,
}: Settling): Promise<SettledMagnitudes> {
  // A run that was killed while it was scored has written it already.
  const { magnitudes: _, ...plain } = codec;
  const toMel = clipsToMel(plain);
  const toSpectra = spectraOf(plain);
  const held = clipsOf(readClips(folder, 'validation'), codec.samples).slice(
    0,
    Math.max(LEAST_COMPARED, Math.floor((COMPARED_SECONDS * codec.sampleRate) / codec.samples)),
  );
  if (held.length < LEAST_COMPARED) return { codec: plain, facts: undefined };
  const clips = clipsOf(readClips(folder, 'train'), codec.samples);
  const trained = await trainMagnitudes({
    codec: plain,
    clips: heardClips(clips, toMel, toSpectra),
    seed,
    yieldToEventLoop,
  });
  if (trained === undefined) return { codec: plain, facts: undefined };
  const learned: MelCodec = { ...plain, magnitudes: trained.network };
  const ways = { learned: melToClips(learned), plain: melToClips(plain) };
  const spectrum = { learned: [] as number[], plain: [] as number[] };
  const bands = { learned: [] as number[], plain: [] as number[] };
  for (const [item, clip] of held.entries()) {
    await yieldToEventLoop();
    const [picture, spectra] = [toMel(clip), toSpectra(clip)];
    for (const way of ['learned', 'plain'] as const) {
      const sound = ways[way](picture, SEED, `magnitudes/${item}`);
      spectrum[way].push(spectralDistance(toSpectra(sound), spectra, codec));
      bands[way].push(decibelsBetween(toMel(sound), picture, codec));
    }
  }
  const isUsed = isLower(spectrum) && meanOf(bands.learned) <= meanOf(bands.plain);
  const facts: MagnitudeFacts = {
    isUsed,
    n: held.length,
    steps: trained.steps,
    spectrumDecibels: { learned: meanOf(spectrum.learned), plain: meanOf(spectrum.plain) },
    bandDecibels: { learned: meanOf(bands.learned), plain: meanOf(bands.plain) },
  };
  if (isUsed) writeFileSync(join(folder, MEL_CODEC_FILE), JSON.stringify(learned));
  return { codec: isUsed ? learned : plain, facts };
}

/** Clip after clip, since their spectra would not fit into memory together. */
function* heardClips(
  clips: readonly Int16Array[],
  toMel: (clip: Int16Array) => Uint8Array,
  toSpectra: (clip: Int16Array) => Float64Array,
): Generator<HeardClip> {
  for (const clip of clips) yield { picture: toMel(clip), magnitudes: toSpectra(clip) };
}

/** Whether the learned way is nearer beyond chance, clip by clip. */
function isLower({
  learned,
  plain,
}: {
  readonly learned: readonly number[];
  readonly plain: readonly number[];
}): boolean {
  const differences = learned.map((value, i) => value - (plain[i] as number));
  const mean = meanOf(differences);
  const variance = meanOf(differences.map((value) => (value - mean) ** 2));
  return mean < -ERRORS * Math.sqrt(variance / (differences.length - 1));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function clipsOf(samples: Int16Array, length: number): Int16Array[] {
  return Array.from({ length: samples.length / length }, (_, i) => samples.subarray(i * length, (i + 1) * length));
}

// Repairs a given clip with a model: reconstructed, its gap filled, or its noise removed; beside the way without a model.
import type { MelCodec } from '#core/kinds/audio/codec/mel-codec.ts';
import { melToClips } from '#core/kinds/audio/codec/mel-to-clips.ts';
import type { RepairComparison } from '#core/model/messages/endpoint-api.ts';
import type { Networks } from '../drawing/open-networks.ts';
import { compareWays, toBytes, toValues } from '../repair/compare-ways.ts';
import { explain } from '../repair/explain.ts';
import { fillSmoothly, type Hole } from '../repair/heal.ts';
import { inpaintImage, type Method, reconstructImage } from '../repair/repairs.ts';
import { denoiserOf, noisePicture, noisier } from './denoise-clip.ts';
import { type Gap, type GivenSound, pictureOf, putBack } from './given-sound.ts';

const FULL_SCALE = 32_767;
/** Frames whose window lies in the gap by less than that share of half a frame are heard as they are. */
const OVERLAP = 0.75;
/** Above the noise; quieter places are unknown to the model. */
const HEARD_DECIBELS = 6;
const STREAM = 'phases/0';

export type RepairOfClip = {
  readonly networks: Networks;
  readonly codec: MelCodec;
  readonly sound: GivenSound;
  /** Class of the clip; -1: the model gets none. */
  readonly label: number;
  readonly method: Method;
};
/** `picture`: of the part that the model saw, uint8 [bands, frames]. */
export type RepairedClip = {
  readonly clip: Int16Array;
  readonly picture: Uint8Array;
  readonly comparison: RepairComparison | null;
};

export async function reconstructClip({ networks, codec, sound, label, method }: RepairOfClip): Promise<RepairedClip> {
  const { image, comparison } = await reconstructImage(networks, { image: toValues(sound.picture), label }, method);
  const picture = toBytes(image);
  return { clip: putBack(sound, asValues(melToClips(codec)(picture, 0, STREAM))), picture, comparison };
}

/** The samples outside of the gap stay exactly as they are. */
export async function fillGap(given: RepairOfClip, gap: Gap): Promise<RepairedClip> {
  const { networks, codec, sound, label, method } = given;
  const { sampleRate, samples } = codec;
  const placeOf = (time: number) => Math.round(time * sampleRate) - sound.start;
  const [from, to] = [placeOf(gap.from), gap.to === undefined ? samples : placeOf(gap.to)];
  const isKnown = Uint8Array.from({ length: samples }, (_, at) => Number(at < from || at >= to));
  const hole = framesOf(codec, from, to);
  const { image, comparison } = await inpaintImage(networks, { image: toValues(sound.picture), label }, hole, method);
  const picture = toBytes(image);
  const filled = melToClips(codec)(picture, 0, STREAM, { clip: sound.clip, isKnown });
  return { clip: putBack(sound, asValues(filled), isKnown), picture, comparison };
}

/** Steady noise. The comparison: the clip without noise by the simple way, with the noise added again, which both ways remove. */
export async function denoiseClip({ networks, codec, sound, label, method }: RepairOfClip): Promise<RepairedClip> {
  const { clip, length } = sound;
  const size = networks.card.input;
  const clean = async (noisy: Float64Array, known?: Float64Array) => {
    const denoiser = denoiserOf(noisy, length, codec, known);
    const seen = toValues(pictureOf(noisy, codec));
    const below = belowNoise(seen, denoiser.noise, codec);
    const hole = below.includes(0) ? below : new Uint8Array(below.length);
    const filled = fillSmoothly(seen, hole, size);
    const [image] = await explain(networks, { image: seen, holes: [hole], filled, label });
    const model = denoiser.byModel(toBytes(image as Float32Array));
    return { noise: denoiser.noise, model, simple: denoiser.bySubtraction() };
  };
  const { noise, ...ways } = await clean(clip);
  const tried = await clean(noisier(ways.simple, noise, length, codec), noise);
  const values = (way: Float64Array) => toValues(pictureOf(way, codec));
  const comparison = compareWays({
    ...{ truth: values(ways.simple), model: values(tried.model), simple: values(tried.simple) },
    ...{ method: 'subtraction', on: 'given image', size, by: 'psnr' },
  });
  const way = method === 'better' ? comparison.better : method;
  return { clip: putBack(sound, ways[way]), picture: pictureOf(ways[way], codec), comparison };
}

/** Places [bands x frames] that do not stand out of the noise. */
function belowNoise(seen: Float32Array, noise: Float64Array, codec: MelCodec): Hole {
  const { bands, frames, lowestDecibels, highestDecibels } = codec;
  const alone = noisePicture(noise, codec);
  const margin = HEARD_DECIBELS / (highestDecibels - lowestDecibels);
  const levels = Float64Array.from({ length: bands }, (_, band) => {
    const row = alone.subarray(band * frames, (band + 1) * frames);
    return row.reduce((sum, value) => sum + value, 0) / frames / 255;
  });
  return Uint8Array.from(seen, (value, at) => Number(value < (levels[Math.floor(at / frames)] as number) + margin));
}

/** The places of the frames whose windows lie in the samples [from, to). */
function framesOf({ hop, frames, bands }: MelCodec, from: number, to: number): Hole {
  const isHole = Array.from({ length: frames }, (_, at) => {
    const centre = (at + 0.5) * hop;
    return centre > from - OVERLAP * hop && centre < to + OVERLAP * hop;
  });
  return Uint8Array.from({ length: bands * frames }, (_, place) => Number(isHole[place % frames]));
}

function asValues(pcm: Int16Array): Float64Array {
  return Float64Array.from(pcm, (value) => value / FULL_SCALE);
}

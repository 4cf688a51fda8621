// Clips drawn from the files of a trained model, as the endpoint draws them, with the CPU time of each.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MelCodec } from '#core/kinds/audio/codec/mel-codec.ts';
import { drawnToClips } from '#core/kinds/audio/codec/mel-to-clips.ts';
import { drawLatent, LATENTS_FILE, LatentMixture } from '#core/model/latent-mixture.ts';
import { openDecoderWith } from '#stages/sample/drawing/decoder.ts';

const SEED = 1;
const CODES = 64;

export type DrawnSounds = {
  readonly sounds: readonly Int16Array[];
  readonly labels: readonly number[];
  /** CPU time of a clip: its picture and its sound. */
  readonly cpuMs: number;
};

/** `folder`: holds decoder.onnx and latents.json of a model that is told the class. The first call of each part is not timed. */
export async function drawSounds(
  folder: string,
  { codec, classes, each }: { readonly codec: MelCodec; readonly classes: number; readonly each: number },
): Promise<DrawnSounds> {
  const mixture = LatentMixture.parse(JSON.parse(readFileSync(join(folder, LATENTS_FILE), 'utf8')));
  const input = { kind: 'audio', width: codec.frames, height: codec.bands, channels: 1 } as const;
  const card = {
    input: { ...input, sampleRate: codec.sampleRate, seconds: codec.samples / codec.sampleRate },
    latentDim: mixture.latentDim,
    labels: Array.from({ length: classes }, (_, i) => String(i)),
    train: { conditional: true },
    latent: null,
  } as unknown as Parameters<ReturnType<typeof openDecoderWith>>[1];
  const decoder = await openDecoderWith(1)(readFileSync(join(folder, 'decoder.onnx')), card);
  const labels = Array.from({ length: classes * each }, (_, i) => Math.floor(i / each));
  const latents = (from: number, to: number) => {
    const own = labels.slice(from, to);
    const z = new Float32Array(own.length * mixture.latentDim);
    for (const [i, label] of own.entries()) {
      const draw = { seed: SEED, stream: `bench/${from + i}`, temperature: 1, label };
      z.set(drawLatent(mixture, draw).z, i * mixture.latentDim);
    }
    return { z, labels: Int32Array.from(own) } as Parameters<typeof decoder.decode>[0];
  };
  const toClip = drawnToClips(codec);
  const size = codec.bands * codec.frames;
  const soundsOf = async (from: number, to: number) => {
    const { pixels } = await decoder.decode(latents(from, to));
    return Array.from({ length: to - from }, (_, i) =>
      toClip(pixels.subarray(i * size, (i + 1) * size), SEED, `phases/${from + i}`),
    );
  };
  await soundsOf(0, 1);
  const before = process.cpuUsage();
  const sounds: Int16Array[] = [];
  for (let at = 0; at < labels.length; at += CODES)
    sounds.push(...(await soundsOf(at, Math.min(labels.length, at + CODES))));
  const { user, system } = process.cpuUsage(before);
  await decoder.close();
  return { sounds, labels, cpuMs: (user + system) / 1000 / labels.length };
}

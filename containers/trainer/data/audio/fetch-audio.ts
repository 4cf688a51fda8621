// Downloads the clips of a snapshot and writes their log-mel pictures, one file per split, with the codec that made them.
import { readFileSync } from 'node:fs';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { clipsToMel } from '#core/kinds/audio/codec/clips-to-mel.ts';
import { cannotModelAudio, type MelCodec, melCodecFor } from '#core/kinds/audio/codec/mel-codec.ts';
import { thresholdOf } from '#core/kinds/define/rule.ts';
import { SPLITS, type Split } from '#core/kinds/split.ts';
import type { ManifestOf } from '#core/snapshot/messages.ts';
import type { Store } from '#core/store/store.ts';
import { arrayBytes, labelsFile, pixelsFile, readShardArray } from '../shard-arrays.ts';

export const MEL_CODEC_FILE = 'codec.json';
/** Clips of each split that are kept as samples: to learn and compare the way back to sound, and reconstructions with. */
const MOST_CLIPS: Readonly<Record<Split, number>> = { train: 500, validation: 60, test: 100 };
const MOST_SAMPLES = 2 ** 24;

/** Throws UnknownModelError for clips of a form that no model takes, and CorruptObjectError where a shard is not what the manifest says. */
export async function fetchAudio(
  data: Store,
  manifest: ManifestOf<'audio'>,
  folder: string,
  check: () => void,
): Promise<MelCodec> {
  const { audio } = manifest.config;
  const refusal = cannotModelAudio(audio);
  if (refusal !== undefined)
    throw new GoldpanError(FAILURE.noConfiguration, `${refusal}. Change dataset.yaml and put the clips again`);
  await mkdir(folder, { recursive: true });
  const level = manifest.config.rules['audio.level'];
  const codec = melCodecFor(audio, level?.action === 'fix' ? thresholdOf(level, 'peak') : undefined);
  await writeFile(join(folder, MEL_CODEC_FILE), JSON.stringify(codec));
  const toMel = clipsToMel(codec);
  for (const split of SPLITS) {
    await writeFile(pixelsFile(folder, split), '');
    await writeFile(labelsFile(folder, split), '');
    await writeFile(clipsFile(folder, split), '');
  }
  const kept: Record<Split, number> = { train: 0, validation: 0, test: 0 };
  for (const shard of manifest.shards) {
    check();
    const { split, items } = shard;
    const clips = await readShardArray(data, manifest, shard, 'samples', [items, codec.samples]);
    const labels = await readShardArray(data, manifest, shard, 'labels', [items]);
    const samples = clips.values as Int16Array;
    for (let item = 0; item < items; item++)
      await appendFile(
        pixelsFile(folder, split),
        toMel(samples.subarray(item * codec.samples, (item + 1) * codec.samples)),
      );
    await appendFile(labelsFile(folder, split), arrayBytes(labels));
    const most = Math.min(MOST_CLIPS[split], Math.floor(MOST_SAMPLES / codec.samples));
    const first = samples.subarray(0, Math.min(items, most - kept[split]) * codec.samples);
    await appendFile(clipsFile(folder, split), new Uint8Array(first.buffer, first.byteOffset, first.byteLength));
    kept[split] += first.length / codec.samples;
  }
  return codec;
}

/** int16, one clip after the other. */
export function clipsFile(folder: string, split: Split): string {
  return join(folder, `${split}-clips.bin`);
}

/** Returns the samples of the clips of a split that `fetchAudio` kept, one after the other. */
export function readClips(folder: string, split: Split): Int16Array {
  const bytes = readFileSync(clipsFile(folder, split));
  return new Int16Array(new Uint8Array(bytes).buffer);
}

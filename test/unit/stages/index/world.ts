// Two buckets in memory and a hand that drops uploads and cleans them, as the stages before assemble would.
import { tmpdir } from 'node:os';
import * as z from 'zod';
import { sha256 } from '#core/base/hash.ts';
import type { CurrentConfig } from '#core/ingest/current-config.ts';
import type { UploadRefusal, Verdict } from '#core/ingest/messages.ts';
import { configIdOf } from '#core/kinds/config.ts';
import { SplitConfig } from '#core/kinds/define/dataset-sections.ts';
import { rulesSchema } from '#core/kinds/define/rules-in-force.ts';
import { GateConfig } from '#core/kinds/gate-config.ts';
import type { ImageDataset } from '#core/kinds/image/definition.ts';
import { IMAGE_KIND } from '#core/kinds/image/definition.ts';
import { encodeImagePart, type ImageItem } from '#core/kinds/image/part.ts';
import { TrainConfig } from '#core/kinds/train-config.ts';
import { AssembleRequest, type Indexed, type Sealed, type ShardFile, ShardRequest } from '#core/snapshot/messages.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import { keys, unitName, uploadIdOf } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { Store } from '#core/store/store.ts';
import { index } from '#stages/index/stage.ts';
import { seal } from '#stages/seal/stage.ts';
import { shard } from '#stages/shard/stage.ts';
import { imageMeasures } from '../../../fixtures/image-measures.ts';

export const DATASET = 'digits';
export const SIDE = 8;
export const CONFIG: ImageDataset = {
  kind: 'image',
  image: { width: SIDE, height: SIDE, channels: 1, fit: 'cover' },
  labels: 'folder',
  license: null,
  rules: rulesSchema(IMAGE_KIND.rules).parse({}),
  split: SplitConfig.parse({}),
  gate: GateConfig.parse({ minItems: 40 }),
  train: TrainConfig.parse({ epochs: 7, batchSize: 16 }),
};
export const CONFIG_ID = configIdOf(CONFIG);

/** `number` decides the pixels, and with them the item's id. */
export type Picture = { readonly number: number; readonly path: string; readonly label: string | null };
export type Buckets = { readonly drop: Store; readonly data: Store };

export function openBuckets(): Buckets {
  return { drop: memoryStore({ bucket: 'drop', versioned: true }), data: memoryStore({ bucket: 'data' }) };
}

export async function configure({ data }: Buckets, config: ImageDataset = CONFIG): Promise<void> {
  const current: CurrentConfig = { schemaVersion: 1, configId: configIdOf(config), versionId: null, config };
  await writeJson(data, keys.currentConfig(DATASET), current);
}

export function pictures(from: number, to: number, label: string | null = 'a'): Picture[] {
  return Array.from({ length: to - from }, (_, i) => ({ number: from + i, path: `${label}/${from + i}.png`, label }));
}

export function itemOf({ number, path, label }: Picture, source: string): ImageItem {
  // Noise, so that no two of them are near.
  const noise = sha256(`${number}`) + sha256(`more ${number}`);
  const bytes = Uint8Array.from(Buffer.from(noise, 'hex'));
  return {
    itemId: sha256(bytes, `${SIDE}x${SIDE}x1`),
    path,
    label,
    bytes,
    width: SIDE,
    height: SIDE,
    channels: 1,
    originalWidth: SIDE,
    originalHeight: SIDE,
    aspect: 1,
    ...imageMeasures({ sharpness: 1, entropy: 4, colourfulness: 0, noise: 1 }),
    phash: BigInt(`0x${noise.slice(0, 16)}`),
    flags: [],
    fixes: [],
    license: null,
    source,
  };
}

/** One version of one object. Returns its upload id; nothing is cleaned yet. */
export async function dropObject({ drop }: Buckets, path: string): Promise<string> {
  const key = `${DATASET}/${path}`;
  await drop.put(key, `bytes of ${path}`);
  const versionId = (await drop.head(key))?.versionId ?? 'null';
  return uploadIdOf(drop.bucket, key, versionId);
}

/** Drops an object and cleans it: one part and one verdict a unit. `cleaned` units of it, all by default. */
export async function dropCleaned(
  buckets: Buckets,
  path: string,
  units: readonly (readonly Picture[])[],
  { cleaned = units.length, rejected = 0 } = {},
): Promise<string> {
  const uploadId = await dropObject(buckets, path);
  const sourceKey = `${DATASET}/${path}`;
  for (const [number, unit] of units.slice(0, cleaned).entries()) {
    const place = { dataset: DATASET, configId: CONFIG_ID, uploadId, unit: unitName(number, units.length) };
    const bytes = encodeImagePart(unit.map((picture) => itemOf(picture, sourceKey)));
    if (unit.length > 0) await buckets.data.put(keys.part(place, sha256(bytes)), bytes);
    const verdict: Verdict = {
      ...place,
      sourceKey,
      part:
        unit.length === 0 ? null : { key: keys.part(place, sha256(bytes)), sha256: sha256(bytes), items: unit.length },
      items: { accepted: unit.length, rejected },
      byIssue: rejected > 0 ? { 'image.corrupt': rejected } : {},
      examples: [],
    };
    await writeJson(buckets.data, keys.verdict(place), verdict);
  }
  return uploadId;
}

export async function dropRefused(buckets: Buckets, path: string): Promise<string> {
  const uploadId = await dropObject(buckets, path);
  const source = { key: `${DATASET}/${path}`, versionId: 'v', size: 0, etag: '"e"' };
  const issues: UploadRefusal['issues'] = [{ code: 'upload.empty', place: { path } }];
  await writeJson(buckets.data, keys.refused(DATASET, uploadId), { dataset: DATASET, uploadId, source, issues });
  return uploadId;
}

export function request(more: Partial<AssembleRequest> = {}): AssembleRequest {
  return AssembleRequest.parse({ dataset: DATASET, trigger: 'manual', ...more });
}

export function runIndex({ drop, data }: Buckets, asked = request()): Promise<Indexed> {
  return index({ drop, data, scratch: tmpdir() })(asked);
}

/** The shards to write, as the state machine reads them; none of a snapshot that is sealed already. */
export async function listedShards(
  { data }: Pick<Buckets, 'data'>,
  { request: { dataset }, snapshotId, shards }: Indexed,
): Promise<ShardRequest[]> {
  if (shards === 0) return [];
  return (await readJson(data, keys.shardList(dataset, snapshotId), z.array(ShardRequest)))?.value ?? [];
}

/** The whole state machine: index, the shards, seal. */
export async function assemble(
  buckets: Buckets,
  asked = request(),
): Promise<{ indexed: Indexed; shards: ShardFile[]; sealed: Sealed }> {
  const indexed = await runIndex(buckets, asked);
  const shards = await Promise.all((await listedShards(buckets, indexed)).map(shard({ data: buckets.data })));
  const sealed = await seal({ data: buckets.data })({ request: asked, snapshotId: indexed.snapshotId });
  return { indexed, shards, sealed };
}

/** Every object under a prefix, by key, as hex of its bytes. */
export async function contents(store: Store, prefix: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { key } of store.list(prefix)) found[key] = sha256((await store.get(key))?.body ?? '');
  return found;
}

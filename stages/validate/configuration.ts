// The configuration in force: worked out from the newest dataset.yaml and what was inferred, and moved by condition.
import type * as z from 'zod';
import { canonicalJson } from '#core/base/hash.ts';
import type { Kind } from '#core/base/names.ts';
import { CurrentConfig } from '#core/ingest/current-config.ts';
import { configIdOf, type DatasetFile, effectiveConfig, Inferred } from '#core/kinds/config.ts';
import { parseDatasetFile } from '#core/kinds/dataset-file.ts';
import { readJson, writeOnce } from '#core/store/json.ts';
import { CONFIG_FILE, dropKey, keys } from '#core/store/keys.ts';
import type { Buckets, Store } from '#core/store/store.ts';

const MOVE_TRIES = 20;

export async function readCurrent(data: Store, dataset: string): Promise<CurrentConfig | undefined> {
  return (await readJson(data, keys.currentConfig(dataset), CurrentConfig))?.value;
}

/**
 * Undefined while neither file nor uploads say enough. The pointer is read before the file and moved only from there, so
 * an older file never replaces a newer one, however events are ordered.
 */
export async function settleConfig({ drop, data }: Buckets, dataset: string): Promise<CurrentConfig | undefined> {
  for (let attempt = 1; attempt <= MOVE_TRIES; attempt++) {
    const current = await readJson(data, keys.currentConfig(dataset), CurrentConfig);
    const latest = await readLatestFile(drop, dataset);
    if (current && latest === 'invalid') return current.value;
    const file = latest === 'invalid' ? undefined : latest;
    const inferred = await readJson(data, keys.inferredConfig(dataset), Inferred);
    const config = effectiveConfig(file?.value, inferred?.value);
    if (!config) return undefined;
    const versionId = file?.versionId ?? null;
    const settled: CurrentConfig = { schemaVersion: 1, configId: configIdOf(config), versionId, config };
    if (current && canonicalJson(current.value) === canonicalJson(settled)) return settled;
    await writeOnce(data, keys.config(dataset, settled.configId), config);
    const moved = await data.put(keys.currentConfig(dataset), canonicalJson(settled), {
      when: current ? { etag: current.etag } : 'absent',
      contentType: 'application/json',
    });
    if (moved.status === 'written') return settled;
  }
  throw new Error(`The configuration of ${dataset} was changed concurrently ${MOVE_TRIES} times in a row.`);
}

/** The first one stays, whoever wrote it. */
export async function keepInferred(data: Store, dataset: string, inferred: Inferred): Promise<void> {
  await writeOnce(data, keys.inferredConfig(dataset), inferred);
}

/** The kind that the newest dataset.yaml names, although it may leave open what the kind needs. */
export async function statedKind(drop: Store, dataset: string): Promise<Kind | undefined> {
  const latest = await readLatestFile(drop, dataset);
  return latest === 'invalid' ? undefined : latest?.value.kind;
}

type LatestFile = { readonly value: z.infer<typeof DatasetFile>; readonly versionId: string };

async function readLatestFile(drop: Store, dataset: string): Promise<LatestFile | 'invalid' | undefined> {
  const object = await drop.get(dropKey(dataset, CONFIG_FILE));
  if (!object) return undefined;
  const parsed = parseDatasetFile(new TextDecoder().decode(object.body));
  return parsed.ok ? { value: parsed.value, versionId: object.versionId ?? 'null' } : 'invalid';
}

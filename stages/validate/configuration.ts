// Determines the configuration in force from the newest dataset.yaml and the inferred settings, and stores it with a conditional write.
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
 * Returns undefined while neither file nor uploads provide all settings. The pointer is read before the file and only moved from that
 * version, so an older file never replaces a newer one, in any order of events.
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

/** Keeps the first settings that were written, by any call. */
export async function keepInferred(data: Store, dataset: string, inferred: Inferred): Promise<void> {
  await writeOnce(data, keys.inferredConfig(dataset), inferred);
}

/** Returns the kind that the newest dataset.yaml names, even if other required settings are missing. */
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

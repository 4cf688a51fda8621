// Images that were uploaded one by one and rolled up by tick, through index, in a process of its own: node singles.ts FILE ITEMS. The stores are in memory.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '#core/base/hash.ts';
import { takeInventory } from '#core/ingest/inventory.ts';
import type { Verdict } from '#core/ingest/messages.ts';
import { readRollup } from '#core/ingest/rollup.ts';
import { configIdOf } from '#core/kinds/config.ts';
import { encodeImagePart } from '#core/kinds/image/part.ts';
import { AssembleRequest, SnapshotIndex } from '#core/snapshot/messages.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import { keys, unitName, uploadIdOf } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { Store } from '#core/store/store.ts';
import { index } from '#stages/index/stage.ts';
import { rollUp } from '#stages/tick/roll-up.ts';
import { SIMULATED_DATASET as DATASET, simulatedConfig, simulatedImage } from './simulated.ts';

/** Processor seconds of the rollup, once, and of index. */
export type SinglesMeasured = { readonly rollUpSeconds: number; readonly indexSeconds: number };

const [file, itemsGiven] = process.argv.slice(2);
if (file !== undefined) writeFileSync(file, JSON.stringify(await measure(Number(itemsGiven))));

async function measure(items: number): Promise<SinglesMeasured> {
  const config = simulatedConfig('image');
  const configId = configIdOf(config);
  const [drop, data] = [memoryStore({ bucket: 'drop' }), memoryStore({ bucket: 'data' })];
  await writeJson(data, keys.currentConfig(DATASET), { schemaVersion: 1, configId, versionId: null, config });
  for (let number = 0; number < items; number++) await dropSingle({ drop, data }, configId, number);
  const started = seconds();
  const inventory = await takeInventory(drop, data, DATASET, configId);
  const before = await readRollup(data, DATASET, configId);
  await rollUp({ data, hasTime: () => true, now: () => 0 }, inventory, before, config);
  const rolled = seconds();
  const scratch = mkdtempSync(join(tmpdir(), 'index-singles-'));
  try {
    const request = AssembleRequest.parse({ dataset: DATASET, trigger: 'report' });
    const { snapshotId } = await index({ drop, data, scratch, mostItems: items })(request);
    const indexed = seconds();
    const found = await readJson(data, keys.snapshot(DATASET, snapshotId, 'index.json'), SnapshotIndex);
    if (found?.value.items[0]?.rows !== items)
      throw new Error(`${found?.value.items[0]?.rows} of ${items} were indexed.`);
    return { rollUpSeconds: rolled - started, indexSeconds: indexed - rolled };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

async function dropSingle(
  { drop, data }: { drop: Store; data: Store },
  configId: string,
  number: number,
): Promise<void> {
  const sourceKey = `${DATASET}/${number}.png`;
  await drop.put(sourceKey, String(number));
  const place = {
    dataset: DATASET,
    configId,
    uploadId: uploadIdOf(drop.bucket, sourceKey, 'null'),
    unit: unitName(0, 1),
  };
  const part = encodeImagePart([simulatedImage(number, sourceKey)]);
  const sha = sha256(part);
  await data.put(keys.part(place, sha), part);
  const verdict: Verdict = {
    ...{ ...place, sourceKey, byIssue: {}, examples: [] },
    part: { key: keys.part(place, sha), sha256: sha, items: 1 },
    items: { accepted: 1, rejected: 0 },
  };
  await writeJson(data, keys.verdict(place), verdict);
}

function seconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

// Makes a dataset of simulated parts (`make`), or runs the real index on it (`index`). Both run in separate processes, so that
// the peak memory is that of index alone: node one-size.ts make|index image|text ITEMS FOLDER
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '#core/base/hash.ts';
import type { Verdict } from '#core/ingest/messages.ts';
import { configIdOf } from '#core/kinds/config.ts';
import { encodeImagePart } from '#core/kinds/image/part.ts';
import { encodeTextPart } from '#core/kinds/text/part.ts';
import { AssembleRequest } from '#core/snapshot/messages.ts';
import { writeJson } from '#core/store/json.ts';
import { keys, unitName, uploadIdOf } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { index } from '#stages/index/stage.ts';
import { OUTPUT } from '../programs.ts';
import { folderStore } from '../soak/folder-store.ts';
import {
  SIMULATED_DATASET as DATASET,
  ITEMS_A_PART,
  type SimulatedKind,
  simulatedConfig,
  simulatedImage,
  simulatedText,
} from './simulated.ts';

const LOOK_MS = 100;

export type Measured = {
  readonly items: number;
  readonly kept: number;
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly peakMemoryMiB: number;
  readonly spilledMiB: number;
};

const [mode, kindGiven, itemsGiven, folder] = process.argv.slice(2);
const kind: SimulatedKind = kindGiven === 'text' ? 'text' : 'image';
const config = simulatedConfig(kind);
const configId = configIdOf(config);
const items = Number(itemsGiven);
if (mode === undefined || folder === undefined || !(items > 0))
  throw new Error('make or index, a kind, a number and a folder');
const drop = folderStore(join(folder, 'drop'));
const data = folderStore(join(folder, 'data'));
if (mode === 'make') await make();
else writeFileSync(join(folder, OUTPUT), JSON.stringify(await measure()));

async function make(): Promise<void> {
  await writeJson(data, keys.currentConfig(DATASET), { configId, versionId: null, config });
  for (let first = 0; first < items; first += ITEMS_A_PART) {
    const count = Math.min(ITEMS_A_PART, items - first);
    const sourceKey = `${DATASET}/${first}.zip`;
    await drop.put(sourceKey, String(first));
    const uploadId = uploadIdOf(drop.bucket, sourceKey, 'null');
    const place = { dataset: DATASET, configId, uploadId, unit: unitName(0, 1) };
    const numbers = Array.from({ length: count }, (_, i) => first + i);
    const part =
      kind === 'image'
        ? encodeImagePart(numbers.map((n) => simulatedImage(n, sourceKey)))
        : encodeTextPart(numbers.map((n) => simulatedText(n, sourceKey)));
    await data.put(keys.part(place, sha256(part)), part);
    const verdict: Verdict = {
      ...place,
      sourceKey,
      part: { key: keys.part(place, sha256(part)), sha256: sha256(part), items: count },
      items: { accepted: count, rejected: 0 },
      byIssue: {},
      examples: [],
    };
    await writeJson(data, keys.verdict(place), verdict);
  }
}

async function measure(): Promise<Measured> {
  const scratch = join(folder as string, 'scratch');
  mkdirSync(scratch, { recursive: true });
  let spilled = 0;
  const looking = setInterval(() => {
    spilled = Math.max(spilled, bytesIn(scratch));
  }, LOOK_MS);
  const [startedMs, before] = [performance.now(), process.cpuUsage()];
  const stores: { drop: Store; data: Store } = { drop, data };
  const indexed = await index({ ...stores, scratch, mostItems: items })(
    AssembleRequest.parse({ dataset: DATASET, trigger: 'report' }),
  );
  const { user, system } = process.cpuUsage(before);
  clearInterval(looking);
  const found = JSON.parse(
    new TextDecoder().decode((await data.get(keys.snapshot(DATASET, indexed.snapshotId, 'index.json')))?.body),
  ) as { counts: { items: { distinct: number } }; items: { rows: number }[] };
  if (found.items[0]?.rows !== items) throw new Error(`${found.items[0]?.rows} items were indexed of ${items}`);
  return {
    items,
    kept: found.counts.items.distinct,
    seconds: (performance.now() - startedMs) / 1000,
    processorSeconds: (user + system) / 1e6,
    peakMemoryMiB: process.resourceUsage().maxRSS / 1024,
    spilledMiB: spilled / 2 ** 20,
  };
}

function bytesIn(at: string): number {
  try {
    return readdirSync(at, { recursive: true, encoding: 'utf8' }).reduce(
      (sum, name) => sum + statSync(join(at, name)).size,
      0,
    );
  } catch {
    // A file that was just listed may be gone.
    return 0;
  }
}

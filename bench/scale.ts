// What one dataset of single drops costs to look at, before and after tick has rolled it up: requests, seconds and memory, by size.

import { sha256 } from '#core/base/hash.ts';
import { countInventory, readDetails, takeInventory } from '#core/ingest/inventory.ts';
import type { Verdict } from '#core/ingest/messages.ts';
import { readRollup } from '#core/ingest/rollup.ts';
import { EffectiveConfig } from '#core/kinds/config.ts';
import { SplitConfig } from '#core/kinds/define/dataset-sections.ts';
import { GateConfig } from '#core/kinds/gate-config.ts';
import { encodeImagePart, type ImageItem } from '#core/kinds/image/part.ts';
import { TrainConfig } from '#core/kinds/train-config.ts';
import { readSourceParts } from '#core/snapshot/read-source-parts.ts';
import { writeJson } from '#core/store/json.ts';
import { keys, unitName, uploadIdOf } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { Store } from '#core/store/store.ts';
import { rollUp } from '#stages/tick/roll-up.ts';
import { imageMeasures } from '../test/fixtures/image-measures.ts';
import { type Benchmark, lowerIsBetter, type Row } from './benchmark.ts';

const DATASET = 'singles';
const CONFIG_ID = 'config';
const SIDE = 28;
const CONFIG = EffectiveConfig.parse({
  kind: 'image',
  image: { width: SIDE, height: SIDE, channels: 1 },
  rules: {},
  labels: 'folder',
  license: null,
  split: SplitConfig.parse({}),
  gate: GateConfig.parse({}),
  train: TrainConfig.parse({}),
});
/** More with GOLDPAN_ITEMS=100000: the largest size, in steps of ten from 1,000. */
const LARGEST = Number(process.env.GOLDPAN_ITEMS ?? 10_000);
const COLUMNS = ['itemId', 'path', 'label', 'license', 'source'];

export const scale: Benchmark = {
  sentence: 'single drops from 1,000 on, read one by one and as tick rolls them up (GOLDPAN_ITEMS, 10,000 by default)',
  async run() {
    const rows: Row[] = [];
    for (let items = 1000; items <= LARGEST; items *= 10) rows.push(...(await measure(items)));
    return { versions: {}, rows };
  },
};

async function measure(items: number): Promise<Row[]> {
  const drop = memoryStore({ bucket: 'drop', versioned: true });
  const counted = counting(memoryStore({ bucket: 'data' }));
  const { data } = counted;
  for (let number = 0; number < items; number++) await dropSingle(drop, data, number);
  const before = await look(drop, counted);
  const startedMs = performance.now();
  const inventory = await takeInventory(drop, data, DATASET, CONFIG_ID);
  await rollUp(
    { data, hasTime: () => true, now: () => 0 },
    inventory,
    await readRollup(data, DATASET, CONFIG_ID),
    CONFIG,
  );
  const rollUpSeconds = (performance.now() - startedMs) / 1000;
  const after = await look(drop, counted);
  process.stderr.write(`${items} items: rolled up in ${rollUpSeconds.toFixed(1)} s\n`);
  const peerName = 'read one by one';
  return [
    lowerIsBetter({
      metric: `objects read, ${items} items`,
      unit: '',
      ours: after.reads,
      peer: before.reads,
      peerName,
      goal: 100,
    }),
    lowerIsBetter({
      metric: `verdicts and rows, ${items} items`,
      unit: 's',
      ours: after.seconds,
      peer: before.seconds,
      peerName,
      goal: 1,
    }),
    lowerIsBetter({
      metric: `rolling up once, ${items} items`,
      unit: 's',
      ours: rollUpSeconds,
      peer: items / 100,
      peerName: '10 ms an item',
      goal: 1,
    }),
  ];
}

/** As index reads: what counts, its verdicts, and the columns of all items that decide their places. */
async function look(drop: Store, { data, reads }: ReturnType<typeof counting>) {
  const readBefore = reads();
  const startedMs = performance.now();
  const inventory = await takeInventory(drop, data, DATASET, CONFIG_ID);
  const details = await readDetails(data, inventory);
  const parts = details.verdicts.flatMap(({ part }) =>
    part ? [{ ...part, rolled: details.rolled.get(part.key) }] : [],
  );
  let rows = 0;
  await readSourceParts(
    data,
    parts.map((part, position) => ({ position, part })),
    {
      columns: COLUMNS,
      atOnce: 8,
      visit: (_, found) => {
        rows += found.length;
      },
    },
  );
  const { accepted } = countInventory(inventory, details).items;
  if (rows !== accepted) throw new Error(`${rows} rows were read of ${accepted} items`);
  return { reads: reads() - readBefore, seconds: (performance.now() - startedMs) / 1000 };
}

async function dropSingle(drop: Store, data: Store, number: number): Promise<void> {
  const sourceKey = `${DATASET}/${number % 10}/${number}.png`;
  await drop.put(sourceKey, String(number));
  const versionId = (await drop.head(sourceKey))?.versionId ?? '';
  const uploadId = uploadIdOf(drop.bucket, sourceKey, versionId);
  const place = { dataset: DATASET, configId: CONFIG_ID, uploadId, unit: unitName(0, 1) };
  const part = encodeImagePart([itemOf(number, sourceKey)]);
  await data.put(keys.part(place, sha256(part)), part);
  const verdict: Verdict = {
    ...place,
    sourceKey,
    part: { key: keys.part(place, sha256(part)), sha256: sha256(part), items: 1 },
    items: { accepted: 1, rejected: 0 },
    byIssue: {},
    examples: [],
  };
  await writeJson(data, keys.verdict(place), verdict);
}

function itemOf(number: number, source: string): ImageItem {
  const bytes = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (i * 31 + number * 7919) & 0xff);
  const size = { width: SIDE, height: SIDE, channels: 1, originalWidth: SIDE, originalHeight: SIDE, aspect: 1 };
  const measures = imageMeasures({ sharpness: 1, entropy: 4, colourfulness: 0, noise: 1 });
  const about = { path: source.slice(DATASET.length + 1), label: String(number % 10), license: null, source };
  return { itemId: sha256(bytes), bytes, ...about, ...size, ...measures, phash: BigInt(number), flags: [], fixes: [] };
}

function counting(store: Store) {
  let reads = 0;
  const data: Store = {
    ...store,
    get(key, options) {
      reads++;
      return store.get(key, options);
    },
  };
  return { data, reads: () => reads };
}

// Loads exported datasets with the Python programs that people use, and counts the items that came through unchanged.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportDataset } from '#client/datasets/export/export-dataset.ts';
import { labelFolders } from '#client/datasets/export/folder-files.ts';
import type { ExportFormat } from '#client/datasets/export/output.ts';
import { shardRows } from '#client/datasets/export/shard-items.ts';
import { snapshotRows } from '#client/datasets/export/snapshot-rows.ts';
import { sha256 } from '#core/base/hash.ts';
import { decodeNpy } from '#core/base/npy.ts';
import { Manifest } from '#core/snapshot/messages.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import {
  audioSnapshot,
  contextOf,
  imageSnapshot,
  tableSnapshot,
  textSnapshot,
  type World,
} from '../test/unit/client/snapshots.ts';
import { type Benchmark, higherIsBetter } from './benchmark.ts';
import { askPython } from './peer/python-environment.ts';

const VERSIONS = {
  datasets: '5.2.0',
  torch: '2.13.0',
  torchvision: '0.28.0',
  torchcodec: '0.14.0',
  av: '18.1.0',
  webdataset: '1.0.2',
  duckdb: '2.0.1',
  pandas: '2.3.3',
} as const;
const PEER = {
  name: 'exported-data',
  packages: Object.entries(VERSIONS).map(([name, version]) => `${name}==${version}`),
  script: 'exported_data.py',
};
const MEDIA = ['folder', 'parquet', 'webdataset', 'huggingface'] as const;
const DAY_MS = 86_400_000;
const ROWS = ['csv', 'jsonl', 'parquet'] as const;
const CAPTIONS = Object.fromEntries(
  Array.from({ length: 40 }, (_, i) => [`${i % 2 ? 'high' : 'low'}/${i}.wav`, `said "${i}", so`]),
);
const EXPORTS: readonly {
  readonly kind: string;
  readonly dataset: string;
  readonly make: () => Promise<World>;
  readonly formats: readonly ExportFormat[];
}[] = [
  { kind: 'images', dataset: 'digits', make: imageSnapshot, formats: MEDIA },
  { kind: 'sounds', dataset: 'd', make: () => audioSnapshot(CAPTIONS), formats: MEDIA },
  { kind: 'rows', dataset: 'd', make: tableSnapshot, formats: ROWS },
  { kind: 'texts', dataset: 'd', make: textSnapshot, formats: ROWS },
];

type Item = Readonly<Record<'split' | 'content' | 'text', string>> & { readonly label: string | null };
/** `items`: pictures or sounds by id. `rows`: by split. `folders`: the label of each folder. */
type Truth = {
  readonly items: Readonly<Record<string, Item>>;
  readonly rows: Readonly<Record<string, unknown[][]>>;
  readonly columns: readonly string[];
  readonly folders: Readonly<Record<string, string>>;
};

/** Small datasets of every kind: pixels, samples, cells and texts must be those of the snapshot, with their split, label and caption. */
export const exportedData: Benchmark = {
  sentence:
    'Exported datasets, loaded by datasets, torchvision, webdataset, pandas and DuckDB: items that are as in the snapshot.',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'goldpan-exported-'));
    try {
      const truth: Record<string, Truth> = {};
      const totals = new Map<string, number>();
      for (const { kind, dataset, make, formats } of EXPORTS) {
        const world = await make();
        for (const as of formats)
          await exportDataset(contextOf(world), dataset, { snapshot: undefined, as, out: join(folder, kind, as) });
        truth[kind] = await truthOf(world, dataset, kind, totals);
      }
      writeFileSync(join(folder, 'truth.json'), JSON.stringify(truth));
      const counts = askPython<Record<string, number>>(PEER, [folder]);
      const rows = Object.entries(counts).map(([metric, ours]) =>
        higherIsBetter({
          metric,
          unit: 'items',
          ours,
          peer: totals.get(metric.split(',')[0] as string) as number,
          peerName: 'snapshot',
          goal: 1,
        }),
      );
      return { versions: VERSIONS, rows };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** The content of the snapshot, read from its shards. Counts go to `totals` by the first words of the metrics. */
async function truthOf(
  { data, snapshotId }: World,
  dataset: string,
  kind: string,
  totals: Map<string, number>,
): Promise<Truth> {
  const manifest = (await readJson(data, keys.manifest(dataset, snapshotId), Manifest))?.value as Manifest;
  const { schema, shards, labels } = manifest;
  const inShard = schema ? schema.columns.map((column) => column.in) : ['text'];
  const types = schema?.columns.map(({ type }) => type) ?? [];
  const items: Record<string, Item> = {};
  const rows: Record<string, unknown[][]> = { train: [], validation: [], test: [] };
  let place = 0;
  for await (const facts of snapshotRows(data, manifest)) {
    const shard = shards[place++] as (typeof shards)[number];
    if (kind === 'rows' || kind === 'texts') {
      const found = await shardRows(data, manifest, shard, facts, inShard);
      rows[shard.split]?.push(...found.map((row) => inShard.map((name, i) => plain(row[name], types[i]))));
      continue;
    }
    const object = await data.get(keys.snapshot(dataset, snapshotId, shard.files[0]?.file ?? ''));
    const { values } = decodeNpy(object?.body ?? new Uint8Array());
    const length = values.length / facts.length;
    for (const [i, { itemId, label, file }] of facts.entries()) {
      const own = values.slice(i * length, (i + 1) * length);
      const content = sha256(new Uint8Array(own.buffer, own.byteOffset, own.byteLength));
      items[itemId] = { split: shard.split, label, content, text: CAPTIONS[file] ?? '' };
    }
  }
  const all = Object.values(items);
  totals.set(kind, all.length + Object.values(rows).flat().length);
  totals.set(`${kind} with a label`, all.filter(({ label }) => label !== null).length);
  const columns = schema ? schema.columns.map(({ name }) => name) : ['text'];
  return {
    items,
    rows,
    columns,
    folders: Object.fromEntries([...labelFolders(labels)].map(([label, name]) => [name, label])),
  };
}

/** Days, which shards count from 1970 on, as texts; whole numbers that JSON has no exact room for as texts, too. */
function plain(value: unknown, type: string | undefined): unknown {
  if (type === 'date' && typeof value === 'number') return new Date(value * DAY_MS).toISOString().slice(0, 10);
  if (typeof value !== 'bigint') return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}

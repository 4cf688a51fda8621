// Near pictures as goldpan finds them: cleaned by the cleaning function's code, compared by index's.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PartRow } from '#core/base/parquet-columns.ts';
import { DatasetFile, effectiveConfig } from '#core/kinds/config.ts';
import type { RuleSetting } from '#core/kinds/define/rule.ts';
import { cleanImage } from '#core/kinds/image/clean.ts';
import type { ImageDataset } from '#core/kinds/image/definition.ts';
import { comparisonOf } from '#core/kinds/registry/comparisons.ts';
import { collectColumns } from '#stages/index/items/collected-columns.ts';
import type { ItemsDatabase } from '#stages/index/items/database.ts';
import { findNearItems } from '#stages/index/near/near-items.ts';

const CONFIG = effectiveConfig(
  DatasetFile.parse({ kind: 'image', image: { width: 64, height: 64, channels: 3 } }),
  undefined,
) as ImageDataset;
const COMPARISON = comparisonOf(CONFIG, null);
const NO_DATABASE = {} as ItemsDatabase;

/** In processor seconds: `cleaning` is all that cleaning a picture takes, decoding and judging included. */
export type Found = {
  readonly found: Readonly<Record<string, readonly (readonly [string, string])[]>>;
  readonly cpu: { readonly cleaning: number; readonly finding: number };
};

export async function findWithOurs(
  folder: string,
  groups: Readonly<Record<string, readonly string[]>>,
): Promise<Found> {
  const names = [...new Set(Object.values(groups).flat())].sort();
  const rows = new Map<string, PartRow>();
  const cleaning = await cpuSecondsOf(async () => {
    for (const path of names) {
      const cleaned = await cleanImage({ path, ok: true, bytes: readFileSync(join(folder, path)) }, CONFIG, 'bench');
      if (!cleaned.accepted) throw new Error(`${path}: ${cleaned.issues[0]?.code}`);
      rows.set(path, cleaned.item as unknown as PartRow);
    }
  });
  const finding = await cpuSecondsOf(() => pairsAmong(names, rows));
  const found: Record<string, [string, string][]> = {};
  for (const [group, members] of Object.entries(groups)) found[group] = await pairsAmong(members, rows);
  return { found, cpu: { cleaning, finding } };
}

/** All pairs of a cluster, the first name first. */
async function pairsAmong(names: readonly string[], rows: ReadonlyMap<string, PartRow>): Promise<[string, string][]> {
  const collected = collectColumns([{ items: names.length }], COMPARISON);
  for (const [item, name] of names.entries()) {
    const row = rows.get(name) as PartRow;
    collected.add(item, row, { label: null, flags: 0, better: COMPARISON.better.map(({ of }) => of(row, 0)) });
  }
  const rule = CONFIG.rules['item.near-duplicate'] as RuleSetting;
  const near = await findNearItems(NO_DATABASE, collected, COMPARISON, rule, new Uint8Array(names.length));
  return [...Map.groupBy(near, ({ cluster }) => cluster).values()].flatMap((members) => {
    const all = members.map(({ item }) => names[item] as string).sort();
    return all.flatMap((name, i) => all.slice(i + 1).map((other): [string, string] => [name, other]));
  });
}

async function cpuSecondsOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

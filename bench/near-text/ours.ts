// Near texts as goldpan finds them: named as the cleaning function names them, compared by index's code.

import type { PartRow } from '#core/base/parquet-columns.ts';
import { DatasetFile, effectiveConfig } from '#core/kinds/config.ts';
import type { RuleSetting } from '#core/kinds/define/rule.ts';
import { comparisonOf } from '#core/kinds/registry/comparisons.ts';
import type { TextDataset } from '#core/kinds/text/definition.ts';
import { minHash } from '#core/similarity/min-hash.ts';
import { collectColumns } from '#stages/index/items/collected-columns.ts';
import { openItemsDatabase } from '#stages/index/items/database.ts';
import { findNearItems } from '#stages/index/near/near-items.ts';

const CONFIG = effectiveConfig(
  DatasetFile.parse({ kind: 'text', text: { unit: 'line', maxLength: 1000 } }),
  undefined,
) as TextDataset;
const COMPARISON = comparisonOf(CONFIG, null);
const RULE = CONFIG.rules['item.near-duplicate'] as RuleSetting;

export type Pair = readonly [number, number];
/** All pairs of a cluster, the lower place first. `cpu`: processor seconds of all threads. */
export type Found = {
  readonly pairs: readonly Pair[];
  readonly cpu: { readonly naming: number; readonly finding: number };
};

/** `folder`: where the database spills. */
export async function findWithOurs(texts: readonly string[], folder: string): Promise<Found> {
  const start = cpuSeconds();
  const names = texts.map(minHash);
  const named = cpuSeconds();
  const collected = collectColumns([{ items: texts.length }], COMPARISON);
  for (const [item, minhash] of names.entries()) {
    const length = (texts[item] as string).length;
    collected.add(item, { minhash, length } as unknown as PartRow, { label: null, flags: 0, better: [0, length] });
  }
  const database = await openItemsDatabase(folder);
  const near = await findNearItems(database, collected, COMPARISON, RULE, new Uint8Array(texts.length));
  database.close();
  const cpu = { naming: named - start, finding: cpuSeconds() - named };
  const pairs = [...Map.groupBy(near, ({ cluster }) => cluster).values()].flatMap((members) => {
    const items = members.map(({ item }) => item).sort((a, b) => a - b);
    return items.flatMap((item, i) => items.slice(i + 1).map((other): Pair => [item, other]));
  });
  return { pairs, cpu };
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

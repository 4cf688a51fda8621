// Reads one item of a part: what its sidecar and folders say of it, and its row in the table of found items.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import type { PartRow } from '#core/base/parquet-columns.ts';
import type { EffectiveConfig } from '#core/kinds/config.ts';
import type { Comparison } from '#core/kinds/define/comparison.ts';
import type { SnapshotSchema } from '#core/kinds/table/schema/snapshot-schema.ts';
import type { Subjects } from '../alignment/read-subjects.ts';
import type { SeenItem } from './collected-columns.ts';
import { foundItem, rowKeysOf, type Where } from './found-item.ts';
import type { FoundItem } from './items-table.ts';
import type { JoinedItem, Joining } from './join-sidecars.ts';

export type ReadItem = Pick<SeenItem, 'flags' | 'better'> & { readonly joined: JoinedItem; readonly found: FoundItem };

type Reading = {
  readonly config: EffectiveConfig;
  readonly schema: SnapshotSchema | null;
  readonly comparison: Comparison;
  readonly joining: Pick<Joining, 'join'>;
  readonly subjects: Subjects | null;
};

/** Returns a reader of rows; it answers undefined for an item that a rule about the sidecar rejects. */
export function itemReader({ config, schema, comparison, joining, subjects }: Reading) {
  const rowKeys = rowKeysOf(config, schema);
  return (where: Where, row: PartRow): ReadItem | undefined => {
    const said = joining.join(row as Parameters<Joining['join']>[0]);
    if (!said) return undefined;
    const joined = subjects ? withSubject(said, subjects, where.item, row) : said;
    const flags = (row.flags as string[]).length + joined.flags.length;
    const better = comparison.better.map(({ of }) => comparable(of(row, flags)));
    return { joined, flags, better, found: foundItem(config, rowKeys, where, row, joined, better) };
  };
}

/** Returns 0 for NaN and infinities, which engines order differently. Adding 0 turns -0 into 0. */
function comparable(value: number): number {
  if (Number.isNaN(value)) return 0;
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value)) + 0;
}

/** Adds the issue of an item that does not show the common subject. */
function withSubject(joined: JoinedItem, { all, flagsOf }: Subjects, item: number, { itemId }: PartRow): JoinedItem {
  if (all[item]?.itemId !== itemId)
    throw new GoldpanError(FAILURE.corruptObject, `Item ${itemId} was not aligned. Start assemble again.`);
  return { ...joined, flags: [...joined.flags, ...flagsOf(item)] };
}

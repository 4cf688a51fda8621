// Reads the cut pixels of the items of a shard from the units in which they were aligned: each unit once, one at a time.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { sha256 } from '#core/base/hash.ts';
import { decodeNpy } from '#core/base/npy.ts';
import type { ShardPlan, SharedPlan } from '#core/snapshot/shard-plan.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import type { ShardRow } from './shard-row.ts';

/**
 * Calls `visit` with the bytes of each item and its position in the shard, in any order. Throws CorruptObjectError if a unit is missing or
 * differs from the index.
 */
export async function eachAlignedItem(
  data: Store,
  { dataset, snapshotId, parts, aligned }: SharedPlan & Pick<ShardPlan, 'parts'>,
  rows: readonly ShardRow[],
  visit: (position: number, bytes: Uint8Array) => void,
): Promise<void> {
  if (!aligned) return;
  const starts = new Map(parts.map(({ position, firstItem }) => [position, firstItem]));
  const itemOf = ({ part, row }: ShardRow) => (starts.get(part) ?? Number.POSITIVE_INFINITY) + row;
  const byUnit = Map.groupBy(rows.entries(), ([, row]) => Math.floor(itemOf(row) / aligned.unitItems));
  for (const [place, members] of byUnit) {
    const unit = aligned.units[place];
    const key = keys.snapshot(dataset, snapshotId, unit?.file ?? `unit ${place}`);
    const object = unit && (await data.get(key));
    if (!object || sha256(object.body) !== unit.sha256) {
      const what = object ? 'is not what index found' : 'does not exist';
      throw new GoldpanError(FAILURE.corruptObject, `${key} ${what}. Start assemble again.`);
    }
    const { shape, values } = decodeNpy(object.body);
    const itemBytes = shape.slice(1).reduce((product, side) => product * side, 1);
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    for (const [position, row] of members) {
      const at = (itemOf(row) - place * aligned.unitItems) * itemBytes;
      visit(position, bytes.subarray(at, at + itemBytes));
    }
  }
}

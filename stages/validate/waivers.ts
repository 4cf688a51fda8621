// Finds the waivers of each unit, so that released items are released under another configuration too.

import { Waiver } from '#core/kinds/waiver.ts';
import { readJson } from '#core/store/json.ts';
import { idInKey, keys, plannedUnit } from '#core/store/keys.ts';
import { mapLimit } from '#core/store/map-limit.ts';
import type { Store } from '#core/store/store.ts';

const READS_AT_ONCE = 16;

/** The ids of the waivers of a unit, in a fixed order. */
export type WaiversOf = (uploadId: string, unit: string) => readonly string[];

export async function readWaivers(data: Store, dataset: string): Promise<WaiversOf> {
  const ids: string[] = [];
  for await (const { key } of data.list(keys.waivers(dataset))) ids.push(idInKey(key));
  const byUnit = new Map<string, string[]>();
  for (const found of await mapLimit(ids, READS_AT_ONCE, (id) => readJson(data, keys.waiver(dataset, id), Waiver))) {
    if (!found) continue;
    const { uploadId, unit, waiverId } = found.value;
    const name = nameOf(uploadId, unit);
    byUnit.set(name, [...(byUnit.get(name) ?? []), waiverId].sort());
  }
  return (uploadId, unit) => byUnit.get(nameOf(uploadId, unit)) ?? [];
}

function nameOf(uploadId: string, unit: string): string {
  return `${uploadId} ${plannedUnit(unit)}`;
}

// Waivers given under an earlier configuration: what was released stays released when its unit is cleaned anew.

import { placeName, type WaivedItem, Waiver } from '../kinds/waiver.ts';
import { readJson } from '../store/json.ts';
import { keys, plannedUnit, waivedUnitName } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { UnitMessage } from './messages.ts';

export type CarriedWaivers = {
  /** To be told of each item that the unit rejects. */
  note(item: WaivedItem): void;
  /** The unit once more for each waiver, with those of its items that were rejected again. */
  messages(): UnitMessage[];
};

/** An item that several waivers name goes with the newest. */
export async function openCarriedWaivers(data: Store, message: UnitMessage): Promise<CarriedWaivers> {
  const { waivers: ids = [], ...unit } = message;
  const found = await Promise.all(
    ids.map((waiverId) => readJson(data, keys.waiver(message.dataset, waiverId), Waiver)),
  );
  const records = found.flatMap((one) => one?.value ?? []).sort((a, b) => (a.at < b.at ? -1 : 1));
  const decided = new Map(records.flatMap((record) => record.items.map((item) => [placeName(item), record] as const)));
  const rejected = new Map<Waiver, WaivedItem[]>();
  return {
    note(item) {
      const record = decided.get(placeName(item));
      if (record) rejected.set(record, [...(rejected.get(record) ?? []), item]);
    },
    messages: () =>
      [...rejected].map(([{ waiverId, mode, rules }, items]) => ({
        ...unit,
        unit: waivedUnitName(plannedUnit(unit.unit), waiverId),
        waiver: { waiverId, mode, rules, items },
      })),
  };
}

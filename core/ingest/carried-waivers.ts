// Applies waivers from an earlier configuration: released items stay released when their unit is cleaned again.

import { placeName, type WaivedItem, Waiver } from '../kinds/waiver.ts';
import { readJson } from '../store/json.ts';
import { keys, plannedUnit, waivedUnitName } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { UnitMessage } from './messages.ts';

export type CarriedWaivers = {
  /** Must be called for each item that the unit rejects. */
  note(item: WaivedItem): void;
  /** Returns a message for each waiver: the same unit, limited to the items that were rejected again. */
  messages(): UnitMessage[];
};

/** Opens the waivers for the unit of the message. If several waivers name an item, the newest applies. */
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

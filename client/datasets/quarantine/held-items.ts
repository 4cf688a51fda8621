// Items in quarantine: rejected under the configuration in force and not released since.

import { hashOf } from '#core/base/hash.ts';
import { CurrentConfig } from '#core/ingest/current-config.ts';
import {
  type Counts,
  countInventory,
  type InventoryDetails,
  readDetails,
  takeInventory,
} from '#core/ingest/inventory.ts';
import { QuarantinedItem, type Verdict } from '#core/ingest/messages.ts';
import { quarantineKeyOf } from '#core/ingest/quarantine.ts';
import type { Issue } from '#core/kinds/define/issue.ts';
import { lineOf, Waiver } from '#core/kinds/waiver.ts';
import { readJson } from '#core/store/json.ts';
import { keys, plannedUnit } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import type { Deployment } from '../../deployment.ts';
import { ClientFailure } from '../../failure.ts';
import { chooseItem, isIdStart } from '../choose-item.ts';
import type { HeldItem } from './output.ts';

const ID_LENGTH = 12;

/** A rejected item, and where it is stored. */
export type LocatedRejection = Omit<HeldItem, 'kept' | 'issues'> & {
  readonly uploadId: string;
  readonly issues: readonly Issue[];
  readonly row: string | undefined;
  readonly bytesSha256: string | undefined;
};
export type Verdicts = InventoryDetails & { readonly current: CurrentConfig | undefined; readonly counts: Counts };

export async function readVerdicts(
  { drop, data }: Pick<Deployment, 'drop' | 'data'>,
  dataset: string,
): Promise<Verdicts> {
  const current = (await readJson(data, keys.currentConfig(dataset), CurrentConfig))?.value;
  const inventory = await takeInventory(drop, data, dataset, current?.configId);
  const details = await readDetails(data, inventory);
  return { ...details, current, counts: countInventory(inventory, details) };
}

/** Yields items in the order of the verdicts, with the quarantine of one unit in memory at a time. */
export async function* heldItems(data: Store, verdicts: readonly Verdict[]): AsyncGenerator<LocatedRejection> {
  const released = await releasedIds(data, verdicts);
  for (const verdict of verdicts) {
    if (verdict.released || verdict.items.rejected === 0) continue;
    for (const held of await readUnit(data, verdict)) if (!released.has(held.id)) yield held;
  }
}

/** Returns the rejected items of one unit. */
export async function readUnit(data: Store, verdict: Verdict): Promise<LocatedRejection[]> {
  const object = verdict.items.rejected > 0 ? await data.get(quarantineKeyOf(verdict)) : undefined;
  if (!object) return [];
  const lines = new TextDecoder().decode(object.body).split('\n').filter(Boolean);
  return lines.map((line) => heldOf(verdict, QuarantinedItem.parse(JSON.parse(line))));
}

/**
 * Finds items by id or its beginning, path, or path:line. Throws ClientFailure for a name that no item or more than one
 * item has.
 */
export async function findHeld(
  data: Store,
  { dataset, verdicts }: Pick<Verdicts, 'verdicts'> & { readonly dataset: string },
  names: readonly string[],
): Promise<LocatedRejection[]> {
  const found = new Map<string, LocatedRejection[]>(names.map((name) => [name, []]));
  for await (const held of heldItems(data, verdicts))
    for (const [name, matches] of found) if (isNamed(held, name)) matches.push(held);
  return [...found].map(([name, matches]) =>
    chooseItem(matches, name, (held) => ({ id: held.id, path: heldLocation(held) }), missing(dataset, name)),
  );
}

function missing(dataset: string, name: string): ClientFailure {
  return new ClientFailure(`Nothing in quarantine is named ${name}.`, {
    next: `List the items: goldpan quarantine list ${dataset}`,
  });
}

export function shownHeld({ id, key, unit, path, line, issues, row, bytesSha256 }: LocatedRejection): HeldItem {
  const kept = row !== undefined ? 'row' : bytesSha256 !== undefined ? 'bytes' : 'nothing';
  return { id, key, unit, path, line, issues: [...issues], kept };
}

export function heldLocation({ path, line }: Pick<HeldItem, 'path' | 'line'>): string {
  return line === null ? path : `${path}:${line}`;
}

function heldOf(
  { uploadId, unit, sourceKey }: Verdict,
  { path, issues, row, bytesSha256 }: QuarantinedItem,
): LocatedRejection {
  const line = lineOf(issues);
  const id = idOf(uploadId, plannedUnit(unit), { path, line });
  return { id, key: sourceKey, uploadId, unit, path, line, issues, row, bytesSha256 };
}

function idOf(uploadId: string, unit: string, { path, line }: Pick<HeldItem, 'path' | 'line'>): string {
  return hashOf({ uploadId, unit, path, line }).slice(0, ID_LENGTH);
}

/** Returns the ids of waived items whose unit has its verdict, except those that were rejected again. */
async function releasedIds(data: Store, verdicts: readonly Verdict[]): Promise<Set<string>> {
  const ids = new Set<string>();
  for (const verdict of verdicts) {
    if (!verdict.released) continue;
    const { dataset, uploadId, unit } = verdict;
    const waiverId = unit.slice(plannedUnit(unit).length + '.w'.length);
    const waiver = await readJson(data, keys.waiver(dataset, waiverId), Waiver);
    const rejectedAgain = new Set((await readUnit(data, verdict)).map(({ id }) => id));
    for (const item of waiver?.value.items ?? []) {
      const id = idOf(uploadId, plannedUnit(unit), item);
      if (!rejectedAgain.has(id)) ids.add(id);
    }
  }
  return ids;
}

function isNamed(held: LocatedRejection, name: string): boolean {
  return held.path === name || heldLocation(held) === name || (isIdStart(name) && held.id.startsWith(name));
}

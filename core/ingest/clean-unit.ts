// What every cleaning function does around its own work: items to a part, rejections to quarantine, the verdict last.

import { canonicalJson, sha256 } from '../base/hash.ts';
import type { AnyItem, Cleaned } from '../kinds/define/cleaned.ts';
import { addCounts, countIssues, type Issue, type IssueCounts } from '../kinds/define/issue.ts';
import { readSidecar, type SidecarEntry } from '../kinds/sidecar.ts';
import { codesOf, lineOf, waivedItems } from '../kinds/waiver.ts';
import { writeOnce } from '../store/json.ts';
import { keys, type UnitPlace } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import { openCarriedWaivers } from './carried-waivers.ts';
import type { UnitMessage, Verdict } from './messages.ts';
import {
  type AnyConfig,
  type CleanOutcome,
  DoneBeforeError,
  doneBefore,
  isDone,
  type KindOfUnit,
  type OpenedUnit,
  openUnit,
  writePartOnce,
} from './open-unit.ts';
import { openQuarantine } from './quarantine.ts';
import { type SidecarFile, SupersededError } from './unit-files.ts';
import { fillsCall } from './unit-weight.ts';

const EXAMPLES = 5;

export type CleanStores = { readonly drop: Store; readonly data: Store };

export type UnitWork<Config extends AnyConfig, Item extends AnyItem> = KindOfUnit<Config> & {
  /** What the unit's files come to, in the unit's order. */
  readonly clean: (
    message: UnitMessage,
    config: Config,
    stores: CleanStores,
  ) => AsyncIterable<Cleaned<Item> | SidecarFile>;
  /** The part's Parquet: the same items in the same order are the same bytes. */
  readonly encode: (items: readonly Item[]) => Uint8Array | Promise<Uint8Array>;
};

/** Repeats change nothing. Throws on a message that is none, and on faults of ours; what is wrong with an item is a value. */
export async function cleanUnit<Config extends AnyConfig, Item extends AnyItem>(
  body: unknown,
  stores: CleanStores,
  work: UnitWork<Config, Item>,
): Promise<CleanOutcome> {
  // Of a small file by itself the answer nearly always is no, and the work is less than the question.
  const opened = await openUnit(body, stores.data, work, fillsCall);
  if ('state' in opened) return opened;
  try {
    return await cleanOpened(opened, stores, work);
  } catch (error) {
    if (error instanceof DoneBeforeError) return doneBefore(opened.place);
    throw error;
  }
}

async function cleanOpened<Config extends AnyConfig, Item extends AnyItem>(
  { message, place, config }: OpenedUnit<Config>,
  stores: CleanStores,
  work: UnitWork<Config, Item>,
): Promise<CleanOutcome> {
  const { clean, encode } = work;
  const { data } = stores;
  const { dataset, configId, uploadId, unit, source, waiver } = message;
  const rejectedFor = waiver && waivedItems(waiver);

  const carried = await openCarriedWaivers(data, message);
  const quarantine = openQuarantine(data, place);
  const items: Item[] = [];
  const examples: Issue[] = [];
  const byIssue: IssueCounts = {};
  const released: IssueCounts = {};
  let rejected = 0;
  let sidecar: Verdict['sidecar'];
  let asked = fillsCall(message);
  /** What a unit that was not asked about keeps besides its part must not be written again from a source that may have gone. */
  const ask = async () => {
    if (!asked && (await isDone(data, place))) throw new DoneBeforeError();
    asked = true;
  };
  const settle = async (cleaned: Cleaned<Item> | SidecarFile) => {
    if (cleaned.accepted !== true) await ask();
    if (cleaned.accepted === 'sidecar') {
      const { path } = cleaned;
      const read = readSidecar(path, cleaned.bytes);
      if (!read.ok) await settle({ accepted: false, path, issues: [read.issue], bytes: cleaned.bytes });
      else sidecar = await writeSidecar(data, place, path, read.entries, message.slice.type === 'object');
      return;
    }
    const which = cleaned.accepted ? cleaned.item : { path: cleaned.path, line: lineOf(cleaned.issues) };
    const before = rejectedFor?.(which);
    if (rejectedFor && !before) return;
    if (cleaned.accepted) {
      items.push(cleaned.item);
      addCounts(released, before ?? {});
      addCounts(byIssue, countIssues(cleaned.item.flags.map((code) => ({ code }))));
      return;
    }
    rejected++;
    carried.note({ path: cleaned.path, line: which.line ?? null, codes: codesOf(cleaned) });
    if (!waiver) addCounts(byIssue, countIssues(cleaned.issues));
    if (examples.length < EXAMPLES) examples.push(cleaned.issues[0]);
    await quarantine.add(cleaned);
  };
  try {
    for await (const cleaned of clean(message, config, stores)) await settle(cleaned);
  } catch (error) {
    if (!(error instanceof SupersededError)) throw error;
    items.length = 0;
    const path = source.key.slice(dataset.length + 1);
    await settle({ accepted: false, path, issues: [{ code: 'upload.superseded', place: { path } }] });
  }
  await quarantine.close();
  // Before the verdict of the unit itself: with that, what was released is there, too.
  for (const again of carried.messages()) await cleanUnit(again, stores, work);
  const verdict: Verdict = {
    dataset,
    configId,
    uploadId,
    unit,
    sourceKey: source.key,
    part: items.length === 0 ? null : await writePartOnce(data, place, await encode(items), items.length),
    ...(sidecar && { sidecar }),
    items: { accepted: items.length, rejected },
    byIssue,
    ...(waiver && { released }),
    examples,
  };
  await writeOnce(data, keys.verdict(place), verdict);
  return { state: 'cleaned', uploadId, unit, accepted: items.length, rejected };
}

async function writeSidecar(
  data: Store,
  place: UnitPlace,
  path: string,
  entries: readonly SidecarEntry[],
  alone: boolean,
): Promise<Verdict['sidecar']> {
  const key = keys.sidecar(place);
  const text = canonicalJson(entries);
  await data.put(key, text, { contentType: 'application/json' });
  return { path, key, sha256: sha256(text), alone };
}

// The steps that all cleaning functions share: items are written to a part, rejected items to quarantine, and the verdict last.
import { type ChangeSum, sumChanges } from '../kinds/define/change.ts';
import type { AnyItem, Cleaned, Remarked } from '../kinds/define/cleaned.ts';
import { countFixes } from '../kinds/define/fix-record.ts';
import { folderCounts, saidCounts } from '../kinds/define/folder-counts.ts';
import { addCounts, countIssues, type Issue, type IssueCounts } from '../kinds/define/issue.ts';
import { joinRemarks, type Remark } from '../kinds/define/remark.ts';
import { isCaptions, readSidecar, type SidecarEntry } from '../kinds/sidecar.ts';
import { issueCodesOf, lineOf, waivedItems } from '../kinds/waiver.ts';
import type { Buckets } from '../store/store.ts';
import { type CarriedWaivers, openCarriedWaivers } from './carried-waivers.ts';
import { UnitMessage, type Verdict } from './messages.ts';
import {
  type AnyConfig,
  type CleanOutcome,
  type KindOfUnit,
  type OpenedUnit,
  openUnit,
  unlessDone,
} from './open-unit.ts';
import { openQuarantine, type Quarantine } from './quarantine.ts';
import { type SidecarFile, SupersededError } from './unit-files.ts';
import { writePart, writeSidecar, writeVerdict } from './unit-results.ts';
import { isSmallFile } from './unit-weight.ts';

const EXAMPLES = 5;

export type UnitWork<Config extends AnyConfig, Item extends AnyItem> = KindOfUnit<Config> & {
  /** The items of the unit's files, in the unit's order. */
  readonly clean: (
    message: UnitMessage,
    config: Config,
    stores: Buckets,
  ) => AsyncIterable<Cleaned<Item> | Remarked | SidecarFile>;
  /** The part's Parquet: the same items in the same order are the same bytes. */
  readonly encode: (items: readonly Item[]) => Uint8Array | Promise<Uint8Array>;
};

/** The result of cleaning a unit. */
type Collected<Item> = {
  readonly items: Item[];
  readonly examples: Issue[];
  readonly byIssue: IssueCounts;
  readonly released: IssueCounts;
  /** Changed items, by rule. */
  readonly fixed: IssueCounts;
  readonly changes: ChangeSum;
  rejected: number;
  sidecar: Entries | undefined;
  /** Those with captions. */
  readonly captions: Entries[];
  readonly remarks: Remark[];
};
type Entries = { readonly path: string; readonly entries: readonly SidecarEntry[] };
/** The destinations of collected items. `rejectedFor`: the issues for which the item was rejected before the waiver. */
type Sinks = {
  readonly quarantine: Quarantine;
  readonly carried: CarriedWaivers;
  readonly rejectedFor: ReturnType<typeof waivedItems> | undefined;
};

/**
 * Cleans a unit. Repeating a call changes nothing. Throws on invalid messages and on faults of goldpan; problems of an item are values.
 */
export async function cleanUnit<Config extends AnyConfig, Item extends AnyItem>(
  body: unknown,
  stores: Buckets,
  work: UnitWork<Config, Item>,
): Promise<CleanOutcome> {
  const message = UnitMessage.parse(body);
  const clean = async () => cleanOpened(await openUnit(message, stores.data, work), stores, work);
  // Cleaning one small file again costs less than asking, and the verdict is written only once.
  return isSmallFile(message) ? clean() : unlessDone(stores.data, message, clean);
}

async function cleanOpened<Config extends AnyConfig, Item extends AnyItem>(
  opened: OpenedUnit<Config>,
  stores: Buckets,
  work: UnitWork<Config, Item>,
): Promise<CleanOutcome> {
  const { message, place } = opened;
  const { data } = stores;
  const { source, waiver } = message;
  const carried = await openCarriedWaivers(data, message);
  const quarantine = openQuarantine(data, place);
  const collected = await collect(opened, stores, work, {
    quarantine,
    carried,
    rejectedFor: waiver && waivedItems(waiver),
  });
  const quarantined = await quarantine.close();
  // Written before the unit's own verdict: once that verdict exists, the released items exist too.
  for (const again of carried.messages()) await cleanUnit(again, stores, work);
  const { items, rejected, byIssue, released, fixed, examples, sidecar } = collected;
  const isAlone = message.slice.type === 'object';
  const captions: Verdict['captions'] = [];
  for (const one of collected.captions) captions.push(await writeSidecar(data, place, one, isAlone));
  const remarks = joinRemarks([...(message.remarks ?? []), ...collected.remarks]);
  const changes = items.length > 0 ? collected.changes.list() : [];
  return writeVerdict(data, {
    ...place,
    sourceKey: source.key,
    part: items.length === 0 ? null : await writePart(data, place, await work.encode(items), items.length),
    ...(sidecar && { sidecar: await writeSidecar(data, place, sidecar, isAlone) }),
    ...(captions.length > 0 && { captions }),
    ...(quarantined !== undefined && { quarantine: quarantined }),
    items: { accepted: items.length, rejected },
    byIssue,
    ...(changes.length > 0 && { changes }),
    ...(waiver && { released }),
    ...(Object.keys(fixed).length > 0 && { fixed }),
    ...(remarks.length > 0 && !waiver && { remarks }),
    ...foldersOf(opened.config, items, sidecar?.entries),
    examples,
  });
}

/** Collects the items. If the source version was deleted during reading, only that is reported. */
async function collect<Config extends AnyConfig, Item extends AnyItem>(
  { message, config }: OpenedUnit<Config>,
  stores: Buckets,
  { clean }: UnitWork<Config, Item>,
  sinks: Sinks,
): Promise<Collected<Item>> {
  const collected: Collected<Item> = {
    items: [],
    examples: [],
    byIssue: {},
    released: {},
    fixed: {},
    changes: sumChanges(),
    rejected: 0,
    sidecar: undefined,
    captions: [],
    remarks: [],
  };
  try {
    for await (const cleaned of clean(message, config, stores)) await take(collected, cleaned, message, sinks);
  } catch (error) {
    if (!(error instanceof SupersededError)) throw error;
    collected.items.length = 0;
    const path = message.source.key.slice(message.dataset.length + 1);
    const issue: Issue = { code: 'upload.superseded', place: { path } };
    await take(collected, { accepted: false, path, issues: [issue] }, message, sinks);
  }
  return collected;
}

async function take<Item extends AnyItem>(
  collected: Collected<Item>,
  found: Cleaned<Item> | Remarked | SidecarFile,
  { waiver }: UnitMessage,
  { quarantine, carried, rejectedFor }: Sinks,
): Promise<void> {
  if (found.accepted === 'remark') {
    collected.remarks.push(found.remark);
    return;
  }
  const cleaned = found.accepted === 'sidecar' ? openSidecar(found) : found;
  if (cleaned.accepted === 'entries') {
    if (!isCaptions(cleaned.path)) collected.sidecar = cleaned;
    if (cleaned.entries.some(({ caption }) => caption)) collected.captions.push(cleaned);
    return;
  }
  const which = cleaned.accepted ? cleaned.item : { path: cleaned.path, line: lineOf(cleaned.issues) };
  const before = rejectedFor?.(which);
  if (rejectedFor && !before) return;
  if (cleaned.accepted) {
    collected.items.push(cleaned.item);
    for (const change of cleaned.changes ?? []) collected.changes.add(change);
    addCounts(collected.released, before ?? {});
    addCounts(collected.byIssue, countIssues(cleaned.item.flags.map((code) => ({ code }))));
    addCounts(collected.fixed, countFixes(cleaned.item.fixes ?? []));
    return;
  }
  collected.rejected++;
  carried.note({ path: cleaned.path, line: which.line ?? null, codes: issueCodesOf(cleaned) });
  if (!waiver) addCounts(collected.byIssue, countIssues(cleaned.issues));
  if (collected.examples.length < EXAMPLES) collected.examples.push(cleaned.issues[0]);
  await quarantine.add(cleaned);
}

function foldersOf(
  { labels }: AnyConfig,
  items: readonly AnyItem[],
  said: readonly SidecarEntry[] = [],
): Pick<Verdict, 'folders'> {
  const folders =
    labels === 'folder'
      ? folderCounts(items.flatMap(({ path }) => path ?? []))
      : saidCounts(said.map(({ label }) => label));
  return folders ? { folders } : {};
}

/** An unreadable sidecar is a rejected item. */
function openSidecar({ path, bytes }: SidecarFile) {
  const read = readSidecar(path, bytes);
  if (read.ok) return { accepted: 'entries', path, entries: read.entries } as const;
  return { accepted: false, path, issues: [read.issue] as const, bytes } as const;
}

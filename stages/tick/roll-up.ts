// Rolls up new verdicts, refusals and small parts, and merges earlier rollups into larger files.

import type { PartRow } from '#core/base/parquet-columns.ts';
import type { Inventory } from '#core/ingest/inventory.ts';
import { UploadRefusal, Verdict } from '#core/ingest/messages.ts';
import type { RolledUp } from '#core/ingest/rollup.ts';
import type { RefusalEntry, RollupFile, VerdictEntry } from '#core/ingest/rollup-messages.ts';
import type { EffectiveConfig } from '#core/kinds/config.ts';
import { partFormatOf } from '#core/kinds/registry/part-formats.ts';
import { readSourcePart } from '#core/snapshot/source-part.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { levelOf, mergeFiles, type RollUpSizes } from './merge-files.ts';
import { movePointer, type Pointer, pointerFiles, removeRetired, retire } from './pointer.ts';
import { openRolledWriter, type RollupScope, writeRollupFile } from './rolled-writer.ts';

export const SIZES: RollUpSizes = { leastEntries: 64, fanIn: 8 };
const ENTRIES_A_FILE = 4096;
/** A part with more items is worth a request of its own. */
const SMALL_ITEMS = 256;
const READS_AT_ONCE = 64;

export type RollUpDeps = {
  readonly data: Store;
  readonly hasTime: () => boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** @default SIZES */
  readonly sizes?: RollUpSizes;
};
type Entry = VerdictEntry | RefusalEntry;
/** `files`: those of the pointer, in its order. */
type Rolled = { pointer: Pointer; files: RollupFile[] };

/**
 * Returns the number of new entries. Its writes are complete at any time, so that the next call continues after an interruption.
 */
export async function rollUp(
  deps: RollUpDeps,
  inventory: Inventory,
  before: RolledUp,
  config: EffectiveConfig,
): Promise<number> {
  const { data, hasTime, sizes = SIZES } = deps;
  const { dataset, configId, uploads } = inventory;
  if (configId === undefined) return 0;
  const scope = { dataset, configId };
  const counting = new Set(
    uploads.flatMap(({ state, uploadId, verdictKeys }) =>
      state === 'refused' ? [keys.refused(dataset, uploadId)] : state === 'done' ? [...verdictKeys].sort() : [],
    ),
  );
  const fresh = [...counting].filter((key) => !before.verdicts.has(key) && !before.refusals.has(key));
  const files = [...before.files];
  let pointer = before.pointer;
  let entries = 0;
  if (fresh.length >= sizes.leastEntries) {
    for (let start = 0; start < fresh.length && hasTime(); start += ENTRIES_A_FILE) {
      const file = await fileOf(data, scope, fresh.slice(start, start + ENTRIES_A_FILE), config);
      const { files: before, retired } = pointerFiles(pointer);
      const written = await writeRollupFile(data, scope, file);
      const moved = await movePointer(data, scope, pointer, { files: [...before, written], retired });
      // Another call was faster; the next one sees its result.
      if (!moved) return entries;
      pointer = moved;
      files.push(file);
      entries += file.entries.length;
    }
  }
  const merged = await mergeLevels({ ...deps, sizes }, scope, { pointer, files }, counting, config);
  if (merged && hasTime()) await removeRetired(data, scope, merged, deps.now());
  return entries;
}

/** Merges files as long as there are enough of one size. Returns undefined if another call moved the pointer. */
async function mergeLevels(
  { data, hasTime, now, sizes }: Required<RollUpDeps>,
  scope: RollupScope,
  rolled: Rolled,
  counting: ReadonlySet<string>,
  config: EffectiveConfig,
): Promise<Rolled | undefined> {
  let { pointer, files } = rolled;
  while (hasTime()) {
    const byLevel = Map.groupBy(files.keys(), (i) => levelOf(files[i]?.entries.length ?? 0, sizes));
    const full = [...byLevel].find(([level, members]) => level !== undefined && members.length >= sizes.fanIn);
    if (!full) break;
    const members = new Set(full[1]);
    const { files: before, retired } = pointerFiles(pointer);
    const old = before.flatMap(({ key }, i) => (members.has(i) ? [{ key, file: files[i] as RollupFile }] : []));
    const merged = await mergeFiles(
      data,
      scope,
      old.map(({ file }) => file),
      counting,
      config,
    );
    const written = merged.entries.length > 0 ? [await writeRollupFile(data, scope, merged)] : [];
    const left = [...files.filter((_, i) => !members.has(i)), ...(written.length > 0 ? [merged] : [])];
    const moved = await movePointer(data, scope, pointer, {
      files: [...before.filter((_, i) => !members.has(i)), ...written],
      retired: [...retired, ...retire(old, left, new Date(now()).toISOString())],
    });
    if (!moved) return undefined;
    pointer = moved;
    files = left;
  }
  return { pointer, files };
}

async function fileOf(
  data: Store,
  scope: RollupScope,
  from: readonly string[],
  config: EffectiveConfig,
): Promise<RollupFile> {
  const format = partFormatOf(config);
  const writer = format && openRolledWriter(data, scope, format);
  const entries: Entry[] = [];
  for (let start = 0; start < from.length; start += READS_AT_ONCE) {
    const batch = from.slice(start, start + READS_AT_ONCE).map((key) => readEntry(data, key, format?.columns));
    for (const found of await Promise.all(batch)) {
      if (!found) continue;
      if ('refusal' in found) entries.push(found);
      else
        entries.push({
          verdict: found.verdict,
          rolled: (writer && found.rows && (await writer.add(found.rows))) ?? null,
        });
    }
  }
  return { entries, parts: (await writer?.close()) ?? [] };
}

async function readEntry(
  data: Store,
  key: string,
  columns: readonly string[] | undefined,
): Promise<RefusalEntry | { verdict: Verdict; rows: PartRow[] | undefined } | undefined> {
  if (key.startsWith('refused/')) {
    const refusal = (await readJson(data, key, UploadRefusal))?.value;
    return refusal && { refusal };
  }
  const verdict = (await readJson(data, key, Verdict))?.value;
  if (!verdict) return undefined;
  const small = columns && verdict.part && verdict.part.items <= SMALL_ITEMS;
  return {
    verdict,
    rows: small ? await readSourcePart(data, verdict.part as NonNullable<Verdict['part']>, columns) : undefined,
  };
}

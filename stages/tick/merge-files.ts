// Makes one file of a rollup out of several. What no longer counts is left out; full files of rows stay as they are.

import type { PartRow } from '#core/base/parquet-columns.ts';
import type { RefusalEntry, RollupFile, VerdictEntry } from '#core/ingest/rollup-messages.ts';
import type { EffectiveConfig } from '#core/kinds/config.ts';
import { partFormatOf } from '#core/kinds/registry/part-formats.ts';
import { readRolledFile } from '#core/snapshot/read-source-parts.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { FILE_ROWS, openRolledWriter, type RollupScope } from './rolled-writer.ts';

export type RollUpSizes = {
  /** Fewer new entries are read one by one: a file each for them would only be read and merged again. */
  readonly leastEntries: number;
  /**
   * This many files of one size are merged into one, so each entry is rewritten as often as the logarithm to this base.
   */
  readonly fanIn: number;
};

/** Files of this level are not merged any more: one holds as much as is good for memory. */
const TOP_LEVEL = 3;

/** Returns undefined at the highest level. */
export function levelOf(entries: number, { leastEntries, fanIn }: RollUpSizes): number | undefined {
  const level = Math.max(0, Math.floor(Math.log(entries / leastEntries) / Math.log(fanIn)));
  return level < TOP_LEVEL ? level : undefined;
}

export async function mergeFiles(
  data: Store,
  scope: RollupScope,
  files: readonly RollupFile[],
  counting: ReadonlySet<string>,
  config: EffectiveConfig,
): Promise<RollupFile> {
  const format = partFormatOf(config);
  const writer = format && openRolledWriter(data, scope, format);
  const entries: (VerdictEntry | RefusalEntry)[] = [];
  for (const file of files) {
    const source = format && rowsOf(data, file, format.columns);
    const kept = new Map<number, number>();
    for (const entry of file.entries) {
      if (!counting.has(keyOf(scope, entry))) continue;
      if ('refusal' in entry || !entry.rolled || !entry.verdict.part || !writer || !source) {
        entries.push(entry);
        continue;
      }
      const { file: number, firstRow } = entry.rolled;
      const rows = await source(number);
      if (rows) {
        const own = rows.slice(firstRow, firstRow + entry.verdict.part.items);
        entries.push({ verdict: entry.verdict, rolled: await writer.add(own) });
        continue;
      }
      const now = kept.get(number) ?? writer.keep(file.parts[number] as RollupFile['parts'][number]);
      kept.set(number, now);
      entries.push({ verdict: entry.verdict, rolled: { file: now, firstRow } });
    }
  }
  return { entries, parts: (await writer?.close()) ?? [] };
}

function keyOf({ dataset }: RollupScope, entry: VerdictEntry | RefusalEntry): string {
  return 'refusal' in entry ? keys.refused(dataset, entry.refusal.uploadId) : keys.verdict(entry.verdict);
}

/** The rows of one of its files, read once; undefined where the file is full enough to stay. */
function rowsOf(data: Store, { parts }: RollupFile, columns: readonly string[]) {
  let held: { number: number; rows: PartRow[] } | undefined;
  return async (number: number): Promise<PartRow[] | undefined> => {
    const file = parts[number];
    if (!file || file.rows >= FILE_ROWS / 2) return undefined;
    if (held?.number !== number) held = { number, rows: await readRolledFile<PartRow>(data, file, columns) };
    return held.rows;
  };
}

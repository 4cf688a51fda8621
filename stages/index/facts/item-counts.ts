// Counts items while they are read, by upload and by class: accepted, flagged, fixed; for tables also missing cells.

import type { PartRow } from '#core/base/parquet-columns.ts';
import { ruleOfFix } from '#core/kinds/define/fix-record.ts';
import { addCounts, type IssueCounts } from '#core/kinds/define/issue.ts';
import type { IssueCode } from '#core/kinds/issues.ts';
import { nameLikeColumn } from '#core/kinds/personal-columns.ts';
import type { SnapshotSchema } from '#core/kinds/table/schema/snapshot-schema.ts';
import { FACT_LIMITS } from '#core/snapshot/quality/fact-limits.ts';
import type { QualityFacts } from '#core/snapshot/quality/facts.ts';
import type { JoinedItem } from '../items/join-sidecars.ts';

/** A column with more distinct values than this is not treated as categorical. */
const MOST_VALUES = 1_000;

/** Each item counts once for each code. */
export type ItemTally = { accepted: number; flagged: IssueCounts; mended: IssueCounts; missing: number };
/** missing: cells without a value. values: how often each occurs; incomplete where there are more than MOST_VALUES. */
type ColumnTally = { missing: number; readonly values: Map<string, number> };

export type Tallies = {
  readonly total: ItemTally;
  readonly bySource: ReadonlyMap<string, ItemTally>;
  readonly byLabel: ReadonlyMap<string, ItemTally>;
  /** The first few items with each flag. */
  readonly examples: ReadonlyMap<IssueCode, readonly number[]>;
  /** In the order of the schema. */
  readonly columns: readonly ColumnTally[];
};
export type OpenTallies = Tallies & {
  /** Flags an item after it was observed. */
  readonly flag: (item: number, source: string, label: string | null, code: IssueCode) => void;
  readonly observe: (item: number, source: string, row: PartRow, joined: JoinedItem) => void;
};

export function openTallies(schema: SnapshotSchema | null): OpenTallies {
  const total = emptyTally();
  const bySource = new Map<string, ItemTally>();
  const byLabel = new Map<string, ItemTally>();
  const examples = new Map<IssueCode, number[]>();
  const columns = (schema?.columns ?? []).map((column) => ({
    in: column.in,
    missing: 0,
    values: new Map<string, number>(),
  }));
  const observe: OpenTallies['observe'] = (item, source, row, { label, flags: more }) => {
    const flags = new Set([...(row.flags as IssueCode[]), ...more]);
    const fixes = new Set((row.fixes as string[]).map(ruleOfFix));
    let missing = 0;
    for (const column of columns) {
      const value = row[column.in];
      if (value === null || value === undefined) {
        column.missing++;
        missing++;
      } else if (column.values.size <= MOST_VALUES) {
        const shown = String(value);
        column.values.set(shown, (column.values.get(shown) ?? 0) + 1);
      }
    }
    for (const tally of [total, tallyOf(bySource, source), ...(label === null ? [] : [tallyOf(byLabel, label)])]) {
      tally.accepted++;
      tally.missing += missing;
      for (const code of flags) tally.flagged[code] = (tally.flagged[code] ?? 0) + 1;
      for (const code of fixes) tally.mended[code] = (tally.mended[code] ?? 0) + 1;
    }
    for (const code of flags) keepFirst(examples, code, item);
  };
  const flag: OpenTallies['flag'] = (item, source, label, code) => {
    for (const tally of [total, tallyOf(bySource, source), ...(label === null ? [] : [tallyOf(byLabel, label)])])
      tally.flagged[code] = (tally.flagged[code] ?? 0) + 1;
    keepFirst(examples, code, item);
  };
  return { observe, flag, total, bySource, byLabel, examples, columns };
}

export function columnFacts(schema: SnapshotSchema | null, { total, columns }: Tallies): QualityFacts['columns'] {
  return (schema?.columns ?? []).map(({ name, type }, i) => {
    const { missing, values } = columns[i] as ColumnTally;
    const personal = nameLikeColumn(name);
    const counted = values.size <= MOST_VALUES;
    const repeated = counted && values.size * 2 <= total.accepted;
    const most = [...values].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, FACT_LIMITS.categories);
    const categories = personal || !repeated ? [] : most.map(([value, items]) => ({ value, items }));
    const distinct = counted ? values.size : null;
    return { name, type, personal, rows: total.accepted, missing, distinct, categories };
  });
}

/** Adds up the tallies of several groups of items. */
export function mergeTallies(schema: SnapshotSchema | null, some: readonly Tallies[]): Tallies {
  const { observe: _observe, flag: _flag, ...sum } = openTallies(schema);
  const [bySource, byLabel] = [new Map<string, ItemTally>(), new Map<string, ItemTally>()];
  const examples = new Map<IssueCode, number[]>();
  for (const tallies of some) {
    addTally(sum.total, tallies.total);
    for (const [source, tally] of tallies.bySource) addTally(tallyOf(bySource, source), tally);
    for (const [label, tally] of tallies.byLabel) addTally(tallyOf(byLabel, label), tally);
    for (const [code, items] of tallies.examples) for (const item of items) keepFirst(examples, code, item);
    for (const [i, { missing, values }] of tallies.columns.entries()) {
      const column = sum.columns[i] as ColumnTally;
      column.missing += missing;
      for (const [value, items] of values)
        if (column.values.size <= MOST_VALUES) column.values.set(value, (column.values.get(value) ?? 0) + items);
    }
  }
  return { ...sum, bySource, byLabel, examples };
}

function addTally(sum: ItemTally, { accepted, missing, flagged, mended }: ItemTally): void {
  sum.accepted += accepted;
  sum.missing += missing;
  addCounts(sum.flagged, flagged);
  addCounts(sum.mended, mended);
}

export function emptyTally(): ItemTally {
  return { accepted: 0, flagged: {}, mended: {}, missing: 0 };
}

function tallyOf(tallies: Map<string, ItemTally>, name: string): ItemTally {
  const known = tallies.get(name);
  if (known) return known;
  const tally = emptyTally();
  tallies.set(name, tally);
  return tally;
}

/** Keeps the first items by position; items arrive in any order. */
function keepFirst(examples: Map<IssueCode, number[]>, code: IssueCode, item: number): void {
  const known = examples.get(code) ?? [];
  if (known.length === FACT_LIMITS.examplesOfACode && item > (known.at(-1) as number)) return;
  known.push(item);
  known.sort((a, b) => a - b);
  examples.set(code, known.slice(0, FACT_LIMITS.examplesOfACode));
}

// Counts of what was exported, for README.md.
import { ruleOfFix } from '#core/kinds/define/fix-record.ts';
import type { Split } from '#core/kinds/split.ts';
import type { SnapshotRow } from './snapshot-rows.ts';

export type Tally = {
  readonly byLabel: ReadonlyMap<string | null, Readonly<Record<Split, number>>>;
  readonly splits: Readonly<Record<Split, number>>;
  readonly flagged: ReadonlyMap<string, number>;
  readonly fixed: ReadonlyMap<string, number>;
  readonly licenses: ReadonlyMap<string | null, number>;
};

export function openTally(): Tally & { add(split: Split, rows: readonly SnapshotRow[]): void } {
  const byLabel = new Map<string | null, Record<Split, number>>();
  const splits = { train: 0, validation: 0, test: 0 };
  const flagged = new Map<string, number>();
  const fixed = new Map<string, number>();
  const licenses = new Map<string | null, number>();
  return {
    byLabel,
    splits,
    flagged,
    fixed,
    licenses,
    add(split, rows) {
      splits[split] += rows.length;
      for (const { label, license, flags, fixes } of rows) {
        const counts = byLabel.get(label) ?? { train: 0, validation: 0, test: 0 };
        counts[split]++;
        byLabel.set(label, counts);
        raise(licenses, license);
        for (const code of new Set(flags)) raise(flagged, code);
        for (const rule of new Set(fixes.map(ruleOfFix))) raise(fixed, rule);
      }
    },
  };
}

function raise<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

// Stores the tallies of a batch as JSON, and reads them back.
import type { IssueCode } from '#core/kinds/issues.ts';
import type { GatherTally } from '#core/snapshot/distributed.ts';
import type { Tallies } from '../facts/item-counts.ts';
import type { Joining } from '../items/join-sidecars.ts';

type Saved = Pick<GatherTally, 'total' | 'bySource' | 'byLabel' | 'examples' | 'columns' | 'joined'>;

export function saveTallies(tallies: Tallies, { bySource }: Pick<Joining, 'bySource'>): Saved {
  return {
    total: tallies.total,
    bySource: [...tallies.bySource],
    byLabel: [...tallies.byLabel],
    examples: [...tallies.examples].map(([code, items]) => [code, [...items]]),
    columns: tallies.columns.map(({ missing, values }) => ({ missing, values: [...values] })),
    joined: [...bySource].map(([source, { rejected, byIssue }]) => [source, { rejected, byIssue }]),
  };
}

export function loadTallies(saved: Saved): Tallies {
  return {
    total: saved.total,
    bySource: new Map(saved.bySource),
    byLabel: new Map(saved.byLabel),
    examples: new Map(saved.examples.map(([code, items]) => [code as IssueCode, items])),
    columns: saved.columns.map(({ missing, values }) => ({ missing, values: new Map(values) })),
  };
}

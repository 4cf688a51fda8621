// What a sidecar says of each item is put to it, and the rules that wait for that are applied: no label, no licence.
import type { Counts } from '#core/ingest/inventory.ts';
import type { EffectiveConfig } from '#core/kinds/config.ts';
import { addCounts, countIssues, type IssueCounts } from '#core/kinds/define/issue.ts';
import type { IssueCode } from '#core/kinds/issues.ts';
import { joinSaid } from '#core/kinds/missing-facts.ts';
import { hasSidecar } from '#core/kinds/sidecar.ts';
import type { Sidecars } from './sidecars.ts';

type PartItem = {
  readonly path: string;
  readonly label: string | null;
  readonly license: string | null;
  readonly source: string;
};
/** origin: where the item comes from; group: what the split keeps together; flags: what is marked for what is not said. */
export type Joined = {
  readonly label: string | null;
  readonly license: string | null;
  readonly origin: string | null;
  readonly group: string | null;
  readonly flags: readonly IssueCode[];
};
export type Joining = {
  /** Undefined for an item that a rule refuses for what is not said of it. */
  readonly join: (item: PartItem) => Joined | undefined;
  /** Counts as they are after all joins. */
  readonly counted: (before: Counts) => Counts;
  /** Issues of the items refused and of those marked, by the key that they were dropped under. */
  readonly bySource: ReadonlyMap<string, { readonly rejected: number; readonly byIssue: IssueCounts }>;
};

/** Items without a sidecar in the configuration are handed through: clean has judged them. */
export function joinSidecars({ labels, rules }: EffectiveConfig, said: Sidecars): Joining {
  const bySource = new Map<string, { rejected: number; byIssue: IssueCounts }>();
  const join: Joining['join'] = (item) => {
    if (!hasSidecar(labels)) return { label: item.label, license: item.license, origin: null, group: null, flags: [] };
    const told = said(item);
    const { rejections, flags, ...joined } = joinSaid(item, told, rules);
    const sum = bySource.get(item.source) ?? { rejected: 0, byIssue: {} };
    addCounts(sum.byIssue, countIssues([...rejections, ...flags.map((code) => ({ code }))]));
    bySource.set(item.source, sum);
    if (rejections.length === 0) return { ...joined, group: told?.group ?? null, flags };
    sum.rejected++;
    return undefined;
  };
  const counted = (before: Counts): Counts => {
    const { accepted, rejected } = before.items;
    const byIssue = { ...before.byIssue };
    let refused = 0;
    for (const sum of bySource.values()) {
      addCounts(byIssue, sum.byIssue);
      refused += sum.rejected;
    }
    return { ...before, items: { accepted: accepted - refused, rejected: rejected + refused }, byIssue };
  };
  return { join, counted, bySource };
}

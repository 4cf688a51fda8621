// Joins sidecar entries with their items and applies the rules that depend on them: no label, no licence.
import type { Counts } from '#core/ingest/inventory.ts';
import type { EffectiveConfig } from '#core/kinds/config.ts';
import { addCounts, countIssues, type IssueCounts } from '#core/kinds/define/issue.ts';
import type { IssueCode } from '#core/kinds/issues.ts';
import { joinSaid } from '#core/kinds/missing-facts.ts';
import { hasSidecar } from '#core/kinds/sidecar.ts';
import type { Sidecars } from '#core/snapshot/read-sidecars.ts';
import type { FolderFacts, FolderSplit } from './folder-facts.ts';

type PartItem = {
  readonly path: string;
  readonly label: string | null;
  readonly license: string | null;
  readonly source: string;
};
/**
 * origin: where the item comes from. group: items of one group stay in one split. flags: rules about missing entries.
 */
export type JoinedItem = {
  readonly label: string | null;
  readonly license: string | null;
  readonly origin: string | null;
  readonly group: string | null;
  readonly flags: readonly IssueCode[];
} & FolderSplit;
export type Joining = {
  /** Returns the joined entry; undefined for an item that a rule rejects. */
  readonly join: (item: PartItem) => JoinedItem | undefined;
  /** Returns the counts after all joins. */
  readonly counted: (before: Counts) => Counts;
  /** Issues of rejected and flagged items by the key of their upload. */
  readonly bySource: ReadonlyMap<string, { readonly rejected: number; readonly byIssue: IssueCounts }>;
};

/** Joins sidecars. Without a sidecar in the configuration, items pass unchanged: clean has applied the rules. */
export function joinSidecars({ labels, rules }: EffectiveConfig, said: Sidecars, folders: FolderFacts): Joining {
  const bySource = new Map<string, { rejected: number; byIssue: IssueCounts }>();
  const join: Joining['join'] = (item) => {
    const split = folders.split(item.path);
    if (!hasSidecar(labels))
      return { label: folders.label(item), license: item.license, origin: null, group: null, flags: [], ...split };
    const sidecarFacts = said(item);
    const { rejections, flags, ...joined } = joinSaid(item, sidecarFacts, rules);
    const sum = bySource.get(item.source) ?? { rejected: 0, byIssue: {} };
    addCounts(sum.byIssue, countIssues([...rejections, ...flags.map((code) => ({ code }))]));
    bySource.set(item.source, sum);
    if (rejections.length === 0) return { ...joined, group: sidecarFacts?.group ?? null, flags, ...split };
    sum.rejected++;
    return undefined;
  };
  return { join, counted: countedWith(bySource), bySource };
}

/** Returns a function that adds the issues of sidecars to the counts of an inventory. */
export function countedWith(bySource: Joining['bySource']): Joining['counted'] {
  return (before) => {
    const { accepted, rejected } = before.items;
    const byIssue = { ...before.byIssue };
    let refused = 0;
    for (const sum of bySource.values()) {
      addCounts(byIssue, sum.byIssue);
      refused += sum.rejected;
    }
    return { ...before, items: { accepted: accepted - refused, rejected: rejected + refused }, byIssue };
  };
}

// What a sidecar says of each item is put to it, and the rules that wait for that are applied: no label, no licence.
import type { Counts } from '#core/census.ts';
import type { EffectiveConfig } from '#core/config.ts';
import { addCounts, countIssues, type IssueCode, type IssueCounts } from '#core/issues.ts';
import { judge } from '#core/judge.ts';
import { hasSidecar } from '#core/sidecar.ts';
import type { FACTS, ItemFacts } from './items-table.ts';
import type { Sidecars } from './sidecars.ts';

/** An item as its part has it. */
export type PartFacts = Pick<ItemFacts, (typeof FACTS)[number]>;
export type Joining = {
  /** The items of one part that stay, each with its row in the part. */
  readonly join: (items: readonly PartFacts[]) => ItemFacts[];
  /** Counts as they are after all joins. */
  readonly counted: (before: Counts) => Counts;
};

/** Items without a sidecar in the configuration are handed through: clean has judged them. */
export function joinSidecars({ labels, rules }: EffectiveConfig, said: Sidecars): Joining {
  const byIssue: IssueCounts = {};
  let rejected = 0;
  const join = (items: readonly PartFacts[]) =>
    items.flatMap((item, row): ItemFacts[] => {
      if (!hasSidecar(labels)) return [{ ...item, row, origin: null }];
      const { label = null, license = null, source: origin = null } = said(item) ?? {};
      const joined = { ...item, row, label, license: license ?? item.license, origin };
      const missing: IssueCode[] = [
        ...(joined.label === null ? (['item.no-label'] as const) : []),
        ...(joined.license === null ? (['item.no-license'] as const) : []),
      ];
      const judged = judge(
        missing.map((code) => ({ code, place: { path: item.path } })),
        rules,
      );
      addCounts(byIssue, countIssues([...judged.rejections, ...judged.flags.map((code) => ({ code }))]));
      if (judged.rejections.length === 0) return [joined];
      rejected++;
      return [];
    });
  const counted = (before: Counts): Counts => ({
    ...before,
    items: { accepted: before.items.accepted - rejected, rejected: before.items.rejected + rejected },
    byIssue: addCounts({ ...before.byIssue }, byIssue),
  });
  return { join, counted };
}

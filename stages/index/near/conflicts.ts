// Finds equal or similar items with different labels, of which at least one is wrong.
import type { Tabulated } from '../items/tabulate.ts';

/** items: the first item with each label, in order. distinct: the distinct items that are affected. */
export type Conflict = { readonly items: readonly number[]; readonly distinct: readonly number[] };

/** Returns the conflicts, sorted by their first item. */
export function findConflicts({
  collected,
  copies,
  near,
}: Pick<Tabulated, 'collected' | 'copies' | 'near'>): Conflict[] {
  const clusterOf = new Map(near.map(({ item, cluster }) => [item, cluster]));
  const groups = new Map<string, number[]>();
  const join = (kept: number, item: number) => {
    const cluster = clusterOf.get(kept);
    const name = cluster === undefined ? `copies ${kept}` : `cluster ${cluster}`;
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  };
  for (const { item } of near) join(item, item);
  for (const kept of new Set(copies.values())) if (!clusterOf.has(kept)) join(kept, kept);
  for (const [item, kept] of copies) join(kept, item);
  const conflicts = [...groups.values()].flatMap((members): Conflict[] => {
    members.sort((a, b) => a - b);
    const first = new Map<number, number>();
    for (const item of members) {
      const label = collected.labels[item] as number;
      if (label >= 0 && !first.has(label)) first.set(label, item);
    }
    if (first.size < 2) return [];
    return [{ items: [...first.values()], distinct: members.filter((item) => !copies.has(item)) }];
  });
  return conflicts.sort((a, b) => (a.items[0] as number) - (b.items[0] as number));
}

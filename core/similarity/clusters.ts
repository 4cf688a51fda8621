// Clusters of items that are similar directly or through others (union-find).

export type Clusters = {
  /** Joins the clusters of two items. */
  readonly join: (a: number, b: number) => void;
  /** Returns clusters of two or more items, sorted by their first member, members in ascending order. */
  readonly groups: () => number[][];
};

/** Creates an empty clustering of `count` items. The order of joins does not change the clusters. */
export function clustersOf(count: number): Clusters {
  const parents = Int32Array.from({ length: count }, (_, i) => i);
  const rootOf = (item: number) => {
    let root = item;
    while (parents[root] !== root) root = parents[root] as number;
    for (let at = item; at !== root; ) {
      const next = parents[at] as number;
      parents[at] = root;
      at = next;
    }
    return root;
  };
  const join = (a: number, b: number) => {
    const [one, other] = [rootOf(a), rootOf(b)];
    parents[Math.max(one, other)] = Math.min(one, other);
  };
  const groups = () => {
    const members = new Map<number, number[]>();
    for (let item = 0; item < count; item++) {
      const root = rootOf(item);
      if (root === item) continue;
      const group = members.get(root);
      if (group) group.push(item);
      else members.set(root, [root, item]);
    }
    return [...members.values()].sort(([a], [b]) => (a as number) - (b as number));
  };
  return { join, groups };
}

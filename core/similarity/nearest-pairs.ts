// Keeps the nearest neighbours of many items in typed arrays of fixed size.

/** Keeps the `most` nearest neighbours of each item; among equal distances the first. Duplicates are kept once. */
export function nearestOfEach(count: number, most: number) {
  const items = new Int32Array(count * most);
  const distances = new Uint8Array(count * most);
  const lengths = new Uint8Array(count);
  const add = (j: number, i: number, distance: number) => {
    const first = j * most;
    const end = first + (lengths[j] as number);
    let at = end;
    while (at > first) {
      const [before, item] = [distances[at - 1] as number, items[at - 1] as number];
      if (before === distance && item === i) return;
      if (before < distance || (before === distance && item < i)) break;
      at--;
    }
    if (at === first + most) return;
    const last = Math.min(end, first + most - 1);
    items.copyWithin(at + 1, at, last);
    distances.copyWithin(at + 1, at, last);
    items[at] = i;
    distances[at] = distance;
    lengths[j] = last + 1 - first;
  };
  const visit = (see: (i: number, j: number, distance: number) => void) => {
    for (let j = 0; j < count; j++)
      for (let at = j * most; at < j * most + (lengths[j] as number); at++)
        see(items[at] as number, j, distances[at] as number);
  };
  return { add, visit };
}

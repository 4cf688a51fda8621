// The training source nearest to a given one, by the share of common pairs and triples of characters (Dice 1945).
const GRAMS = [2, 3];

export type NearestSource = {
  /** Returns the index of the nearest training source, the first of equally near ones; undefined without training sources. */
  find(source: string): number | undefined;
};

export function nearestSource(sources: readonly string[]): NearestSource {
  const places = new Map<string, number[]>();
  const sizes = sources.map((source, place) => {
    const grams = gramsOf(source);
    for (const gram of grams) {
      const known = places.get(gram);
      if (known) known.push(place);
      else places.set(gram, [place]);
    }
    return grams.length;
  });
  const shared = new Int32Array(sources.length);
  return {
    find(source) {
      const grams = gramsOf(source);
      shared.fill(0);
      for (const gram of grams)
        for (const place of places.get(gram) ?? []) shared[place] = (shared[place] as number) + 1;
      let [nearest, highest]: [number | undefined, number] = [undefined, -1];
      for (const [place, count] of shared.entries()) {
        const share = (2 * count) / Math.max(grams.length + (sizes[place] as number), 1);
        if (share > highest) [nearest, highest] = [place, share];
      }
      return nearest;
    },
  };
}

/** Returns each n-gram once, including the edges of the text; a number distinguishes repeated ones. */
function gramsOf(source: string): string[] {
  const characters = ['\u0002', ...source.toLowerCase(), '\u0003'];
  const seen = new Map<string, number>();
  return GRAMS.flatMap((n) =>
    Array.from({ length: Math.max(characters.length - n + 1, 0) }, (_, at) => {
      const gram = characters.slice(at, at + n).join('');
      const count = (seen.get(gram) ?? 0) + 1;
      seen.set(gram, count);
      return count === 1 ? gram : `${gram}\u0001${count}`;
    }),
  );
}

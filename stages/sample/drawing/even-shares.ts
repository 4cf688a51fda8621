// Where on the way from one given photo to another the drawing looks as much like each as was asked for. Half of each code is often not
// half of each look: of the codes between a cat and a dog, most may look like dogs.
import type { NearMaps } from './likeness.ts';

/** Parts that the way is divided into. */
const PARTS = 12;

export type Way = {
  /** The maps of the two photos. */
  readonly photos: readonly [NearMaps, NearMaps];
  /** The maps of what is drawn with this share of the second photo, from 0 to 1. */
  mapsAt(share: number): Promise<NearMaps>;
};

/**
 * Returns, for each wanted share of the second photo's looks, the share of its code that a drawing needs. Looks are the difference of the
 * squared distances from both photos, divided by what it changes by from one end of the way to the other. Where that does not grow, the
 * wanted shares themselves are returned.
 */
export async function evenShares({ photos, mapsAt }: Way, wanted: readonly number[]): Promise<number[]> {
  const leanings: number[] = [];
  for (let part = 0; part <= PARTS; part++) leanings.push(leaning(await mapsAt(part / PARTS), photos));
  const [from, to] = [leanings[0] as number, leanings[PARTS] as number];
  if (!(to > from)) return [...wanted];
  let most = 0;
  const looks = leanings.map((value) => {
    most = Math.max(most, (value - from) / (to - from));
    return most;
  });
  return wanted.map((share) => shareWithLook(looks, share));
}

/** How much nearer the maps are to those of the second photo than to those of the first. */
function leaning(maps: NearMaps, [first, second]: Way['photos']): number {
  let sum = 0;
  for (const [name, values] of Object.entries(maps)) {
    const [a, b] = [first[name] ?? values, second[name] ?? values];
    let own = 0;
    for (const [i, value] of values.entries()) own += (value - (a[i] as number)) ** 2 - (value - (b[i] as number)) ** 2;
    // Cells are unit-length vectors, so the squares of all values add up to the number of cells.
    sum += own / (values.reduce((squares, value) => squares + value ** 2, 0) || 1);
  }
  return sum;
}

/** The first place where the looks, which never fall, reach `wanted`; both ends stay where they are. */
function shareWithLook(looks: readonly number[], wanted: number): number {
  if (wanted <= 0 || wanted >= 1) return wanted;
  const part = looks.findIndex((look) => look >= wanted);
  if (part <= 0) return wanted;
  const [low, high] = [looks[part - 1] as number, looks[part] as number];
  return (part - 1 + (wanted - low) / (high - low)) / PARTS;
}

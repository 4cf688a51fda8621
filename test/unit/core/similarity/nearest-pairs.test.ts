import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearestOfEach } from '#core/similarity/nearest-pairs.ts';

const MOST = 3;

test('of each item the nearest, then first, are kept, once each, in whatever order they are added', () => {
  const pair = fc.record({ j: fc.nat(3), i: fc.nat(9) });
  fc.assert(
    fc.property(
      fc.array(pair, { maxLength: 40 }),
      fc.array(fc.nat(4), { minLength: 40, maxLength: 40 }),
      (pairs, far) => {
        const nearest = nearestOfEach(4, MOST);
        const distanceOf = ({ j, i }: { j: number; i: number }) => far[j * 10 + i] as number;
        for (const one of pairs) nearest.add(one.j, one.i, distanceOf(one));
        const seen: number[][] = [];
        nearest.visit((i, j, distance) => seen.push([j, distance, i]));
        const distinct = new Map(pairs.map((one) => [`${one.j} ${one.i}`, [one.j, distanceOf(one), one.i]]));
        const wanted = [0, 1, 2, 3].flatMap((j) =>
          [...distinct.values()]
            .filter(([of]) => of === j)
            .sort(([, d = 0, i = 0], [, e = 0, k = 0]) => d - e || i - k)
            .slice(0, MOST),
        );
        expect(seen).toEqual(wanted);
      },
    ),
  );
});

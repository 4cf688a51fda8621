import { expect, test } from 'vitest';
import { findConflicts } from '#stages/index/near/conflicts.ts';

type Facts = Parameters<typeof findConflicts>[0];
/** `labels`: -1 where an item has none. `copies`: item -> the equal one that is kept. */
const conflictsOf = (labels: number[], copies: [number, number][], near: { item: number; cluster: number }[] = []) =>
  findConflicts({ collected: { labels }, copies: new Map(copies), near } as unknown as Facts);

test('equal items under different labels are a conflict', () => {
  expect(conflictsOf([0, 1], [[1, 0]])).toEqual([{ items: [0, 1], distinct: [0] }]);
});

test('an item without a label contradicts none', () => {
  expect(conflictsOf([-1, 0], [[1, 0]])).toEqual([]);
  expect(
    conflictsOf(
      [-1, 0, 1],
      [
        [1, 0],
        [2, 0],
      ],
    ),
  ).toEqual([{ items: [1, 2], distinct: [0] }]);
});

test('near items and their copies are one group', () => {
  const near = [
    { item: 0, cluster: 5 },
    { item: 2, cluster: 5 },
  ];
  expect(conflictsOf([0, 0, 1, 1], [[3, 2]], near)).toEqual([{ items: [0, 2], distinct: [0, 2] }]);
});

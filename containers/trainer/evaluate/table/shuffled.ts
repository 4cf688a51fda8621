// A baseline generator that learns no dependencies: each column of the training rows is shuffled on its own.
import { permutation } from '#core/base/random.ts';
import type { Cell } from '#core/kinds/table/codec/codec.ts';
import type { Cells } from './bin-features.ts';
import type { PredictionTarget } from './target.ts';

/** Shuffles the columns, within the classes of the target when there is one. */
export function shuffled(train: Cells, target: PredictionTarget | undefined, seed: number): Cells {
  const rows = train[0]?.length ?? 0;
  const classOf = (row: number) => target && (train[target.column]?.[row] === target.value ? 1 : 0);
  const groups = [
    ...Map.groupBy(
      Array.from({ length: rows }, (_, row) => row),
      classOf,
    ).values(),
  ];
  return train.map((column, place) => {
    const out: Cell[] = Array(rows);
    for (const [group, members] of groups.entries()) {
      const order = permutation(seed, `shuffle/${place}/${group}`, members.length);
      for (const [at, row] of members.entries()) out[row] = column[members[order[at] as number] as number] as Cell;
    }
    return out;
  });
}

// What drawn photos are worth beside held-out ones, in the features and classes of a network that nothing was trained with.
import type { ImagenetVerdict } from '../../containers/trainer/evaluate/image/imagenet-judge.ts';
import { kid } from '../../containers/trainer/evaluate/shared/kid.ts';
import { firstRows, type Matrix } from '../../containers/trainer/evaluate/shared/matrix.ts';
import { neighbourhood } from '../../containers/trainer/evaluate/shared/neighbours.ts';

const NEIGHBOURS = 5;
/** First and last ImageNet class of what a dataset's class may be called. */
export const IMAGENET: Readonly<Record<string, readonly [number, number]>> = {
  cat: [281, 285],
  cats: [281, 285],
  dog: [151, 268],
  dogs: [151, 268],
};

/** KID; precision, recall and coverage at k = 5 over as many rows of each side, at most `most`: they depend on how many there are. */
export function comparedWith(
  real: Matrix,
  given: Matrix,
  most = Number.POSITIVE_INFINITY,
): Readonly<Record<'kid' | 'precision' | 'recall' | 'coverage', number>> {
  const rows = Math.min(real.rows, given.rows, most);
  const { precision, recall, coverage } = neighbourhood(firstRows(real, rows), firstRows(given, rows), NEIGHBOURS);
  return { kid: kid(given, real), precision, recall, coverage };
}

/** Share of the images of each class whose top ImageNet class is a kind of it; classes that ImageNet lacks are left out. */
export function askedClass(
  { logits }: ImagenetVerdict,
  labels: Int32Array,
  classes: readonly string[],
): Readonly<Record<string, number>> {
  const rates = classes.flatMap((name, label): [string, number][] => {
    const range = IMAGENET[name.toLowerCase()];
    const rows = [...labels.keys()].filter((row) => labels[row] === label);
    if (!range || rows.length === 0) return [];
    const right = rows.filter((row) => {
      const top = topClass(logits, row);
      return top >= range[0] && top <= range[1];
    });
    return [[name, right.length / rows.length]];
  });
  return Object.fromEntries(rates);
}

/** The median over `given` of the distance to its nearest row of `train`. */
export function medianNearest(train: Matrix, given: Matrix): number {
  const nearest = Array.from({ length: given.rows }, (_, row) => {
    let least = Number.POSITIVE_INFINITY;
    for (let other = 0; other < train.rows; other++) {
      let sum = 0;
      for (let i = 0; i < given.columns; i++)
        sum +=
          ((given.values[row * given.columns + i] as number) - (train.values[other * given.columns + i] as number)) **
          2;
      least = Math.min(least, sum);
    }
    return Math.sqrt(least);
  });
  return nearest.sort((a, b) => a - b)[nearest.length >> 1] as number;
}

function topClass({ columns, values }: Matrix, row: number): number {
  const logits = values.subarray(row * columns, (row + 1) * columns);
  return logits.indexOf(Math.max(...logits));
}

// Prints the output of `parents`.
import type { ParentsOutput } from '#client/drawing/parents.ts';
import { count, shareText } from '#core/base/format.ts';
import { table } from '../../terminal/format.ts';

export function printParents({ modelId, trainItems, copyDistance, items }: ParentsOutput): string {
  const rows = items.flatMap(({ item, isCopy, closerHeldOut, parents }) =>
    parents.map(({ itemId, path, distance }, rank) => [
      rank === 0 ? item : '',
      distance.toFixed(2),
      itemId.slice(0, 12),
      path,
      rank > 0 ? '' : verdict(isCopy, closerHeldOut),
    ]),
  );
  const limit =
    copyDistance === null
      ? 'too few items were held out to tell copies'
      : `a copy is nearer than ${copyDistance.toFixed(2)}`;
  return `${table([['item', 'distance', 'id', 'training item', ''], ...rows], [1])}\nof ${count(trainItems)} items that ${modelId} was trained on; ${limit}`;
}

function verdict(isCopy: boolean | null, closerHeldOut: number | null): string {
  const nearer = closerHeldOut === null ? '' : `${shareText(closerHeldOut)} of held-out items are nearer`;
  return isCopy ? `a copy; ${nearer}` : nearer;
}

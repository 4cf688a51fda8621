// Prints the output of `exports` and of items that were drawn in the background.
import type { ExportedDraw, ExportList } from '#client/drawing/background/output.ts';
import { count, plural } from '#core/base/format.ts';

export function printExported(drawn: ExportedDraw): string {
  const { files, count: items, modelId, seed, withheld, manifest } = drawn;
  const where = files.length === 1 ? files[0] : `${plural(files.length, 'file')}, the first ${files[0]}`;
  const left = withheld ? `; ${count(withheld)} left out, too near to a training item` : '';
  return `${where}: ${plural(items, 'item')} from model ${modelId}, seed ${seed}${left}\n${manifest}`;
}

export function printExports({ dataset, exports }: ExportList): string {
  if (exports.length === 0) return `No background exports of ${dataset}.`;
  return exports
    .map(({ exportId, state, shards, n, modelId, seed, type }) =>
      [exportId, state, `${shards.done}/${shards.total} shards`, plural(n, 'item'), type, modelId, `seed ${seed}`].join(
        '  ',
      ),
    )
    .join('\n');
}

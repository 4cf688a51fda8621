// Prints the output of `goldpan datasets`.
import type { DatasetRemovedOutput } from '#client/datasets/removal/output.ts';
import { count, plural } from '#core/base/format.ts';
import { fileSize, table } from '../../terminal/format.ts';
import { DAYS_KEPT } from './files.ts';

/** Lists what would be deleted. */
export function describeDataset({
  dataset,
  parts,
  objects,
  bytes,
  servingModel,
  pendingUploads,
}: DatasetRemovedOutput): string {
  const rows = parts.map((part) => [`  ${part.bucket} bucket`, part.prefix, count(part.objects), fileSize(part.bytes)]);
  const lines = [
    `${dataset}: ${plural(objects, 'object')}, ${fileSize(bytes)}`,
    table(rows, [2, 3]),
    'Uploaded files can be restored for some days, as after goldpan rm. Everything else is deleted for good: verdicts, snapshots, runs, models.',
  ];
  if (servingModel !== null)
    lines.push(`${servingModel} serves: the endpoint will answer that ${dataset} has no model.`);
  if (pendingUploads > 0)
    lines.push(
      `${plural(pendingUploads, 'upload')} is still being cleaned. Repeat the command afterwards to delete what is written late.`,
    );
  return lines.join('\n');
}

export function printDatasetRemoved({ dataset, objects, bytes, removed }: DatasetRemovedOutput): string {
  if (!removed) return 'Nothing was deleted.';
  return [
    `Deleted ${plural(objects, 'object')} of ${dataset}, ${fileSize(bytes)}.`,
    `To get the uploaded files back within ${DAYS_KEPT} days, list them with goldpan ls ${dataset} --deleted and use goldpan restore.`,
  ].join('\n');
}

// Prints the output of `ls`, `get`, `rm` and `restore`.
import type {
  DroppedFile,
  FilesOutput,
  ItemOutput,
  RemovedOutput,
  RestoredOutput,
} from '#client/datasets/files/output.ts';
import { count, plural } from '#core/base/format.ts';
import { fileSize, table } from '../../terminal/format.ts';
import type { Style } from '../../terminal/terminal.ts';

const NAMED = 10;
/** Old versions of uploaded files are kept so long (infra/storage.ts). */
export const DAYS_KEPT = 30;

export function printFiles({ dataset, files, total, bytes }: FilesOutput, style: Style): string {
  if (files.length === 0) return `Nothing that was deleted from ${dataset} can be restored.`;
  const rows = files.map((file) => [
    file.path,
    fileSize(file.bytes),
    file.changedAt.slice(0, 16).replace('T', ' '),
    file.state,
    itemsOf(file),
  ]);
  const more =
    total > files.length ? [`and ${count(total - files.length)} more: --show ${total} lists all of them`] : [];
  const deleted = files[0]?.state === 'deleted';
  const sum = deleted
    ? `${plural(total, 'deleted file')}. Bring one back: goldpan restore ${dataset} <path>`
    : `${plural(total, 'file')}, ${fileSize(bytes)}`;
  return [
    table([['file', 'size', deleted ? 'deleted (UTC)' : 'uploaded (UTC)', 'state', 'items'], ...rows], [1]),
    ...more,
    style.dim(sum),
  ].join('\n');
}

export function printItem(output: ItemOutput): string {
  const { snapshotId, itemId, path, split, label, flags, fixes, file, original, source } = output;
  const facts = [`${split} split`, label === null ? 'no label' : `label ${label}`];
  return [
    `${path}: item ${itemId} of snapshot ${snapshotId}, ${facts.join(', ')}`,
    ...(flags.length > 0 ? [`  flags: ${flags.join(', ')}`] : []),
    ...(fixes.length > 0 ? [`  fixes: ${fixes.join(', ')}`] : []),
    `  as a model is trained on it: ${file}`,
    original === null ? `  uploaded in: ${source}` : `  as it was uploaded: ${original}`,
  ].join('\n');
}

/** Describes what the removal takes out of the dataset, before the user confirms it. */
export function describeRemoval(files: readonly DroppedFile[]): string {
  const items = files.reduce((sum, { accepted }) => sum + accepted, 0);
  const names = files.slice(0, NAMED).map(({ path }) => `  ${path}`);
  const more = files.length > NAMED ? [`  and ${count(files.length - NAMED)} more`] : [];
  return [`${plural(files.length, 'file')} with ${plural(items, 'accepted item')}:`, ...names, ...more].join('\n');
}

export function printRemoved({ dataset, files, removed }: RemovedOutput): string {
  if (!removed) return 'Nothing was deleted.';
  const items = files.reduce((sum, { accepted }) => sum + accepted, 0);
  const path = files.length === 1 ? files[0]?.path : '<path>';
  return [
    `Deleted ${plural(files.length, 'file')}. ${plural(items, 'accepted item')} will be missing from the next snapshot; snapshots and models that exist stay as they are.`,
    `Bring them back within ${DAYS_KEPT} days: goldpan restore ${dataset} ${path}`,
  ].join('\n');
}

export function printRestored({ dataset, paths }: RestoredOutput): string {
  const names = paths.slice(0, NAMED).map((path) => `  ${path}`);
  const more = paths.length > NAMED ? [`  and ${count(paths.length - NAMED)} more`] : [];
  return [`Restored ${plural(paths.length, 'file')} of ${dataset}:`, ...names, ...more].join('\n');
}

function itemsOf({ state, accepted, rejected }: DroppedFile): string {
  if (state === 'configuration' || state === 'deleted') return '';
  if (state === 'pending') return 'not cleaned yet';
  return rejected === 0 ? `${count(accepted)} accepted` : `${count(accepted)} accepted, ${count(rejected)} rejected`;
}

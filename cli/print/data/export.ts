// Prints the output of `export`.
import type { ExportOutput } from '#client/datasets/export/output.ts';
import { count, plural } from '#core/base/format.ts';
import type { Style } from '../../terminal/terminal.ts';

export function printExport(
  { snapshotId, as, out, items, splits: { train = 0, validation = 0, test = 0 }, files, sha256 }: ExportOutput,
  style: Style,
): string {
  const kept = files.kept > 0 ? ` ${plural(files.kept, 'file')} of an earlier export were there already.` : '';
  return [
    `${style.bold(plural(items, 'item'))} of snapshot ${snapshotId} as ${as}: ${count(train)} train, ${count(validation)} validation, ${count(test)} test.${kept}`,
    `Written to ${out}`,
    sha256 === null
      ? 'README.md says what lies where and how to load it; SHA256SUMS has the checksums.'
      : `SHA-256 ${sha256}; README.md in it says what lies where and how to load it.`,
  ].join('\n');
}

// goldpan export: the accepted items of a snapshot as files.
import { Command, Option } from '@commander-js/extra-typings';
import { checkExportPath, exportDataset } from '#client/datasets/export/export-dataset.ts';
import { EXPORT_FORMATS, ExportOutput } from '#client/datasets/export/output.ts';
import { printExport } from '../../print/data/export.ts';
import { runCommand } from '../../run-command.ts';
import { DATASET, examples } from '../arguments.ts';

export function exportCommand() {
  return new Command('export')
    .description(
      'Writes the accepted items of a snapshot as files that other programs load, with a README.md and checksums.',
    )
    .argument('<dataset>', DATASET)
    .requiredOption(
      '-o, --out <path>',
      'a new folder, a file named .zip, or either at s3://bucket/...; an interrupted export is continued',
    )
    .option('--snapshot <id>', 'id of a snapshot or the beginning of it; default: the newest one')
    .addOption(
      new Option(
        '--as <format>',
        'folder: a PNG, WAV or text file for each item; webdataset: tars of them; huggingface: Parquet that load_dataset reads with its types; the others: rows. Default: folder for images and sounds, jsonl for texts, csv for tables',
      ).choices(EXPORT_FORMATS),
    )
    .addHelpText(
      'after',
      examples(
        'goldpan export birds --out birds',
        'goldpan export adult --as parquet --out adult.zip',
        'goldpan export birds --out s3://my-bucket/birds',
      ),
    )
    .action((dataset, { out, snapshot, as }, command) =>
      runCommand(command, {
        schema: ExportOutput,
        check: () => checkExportPath(out),
        run: (context) => exportDataset(context, dataset, { out, snapshot, as }),
        print: printExport,
      }),
    );
}

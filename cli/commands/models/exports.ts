// goldpan exports: items that are drawn in the background.
import { Command } from '@commander-js/extra-typings';
import { listExports, stopExport } from '#client/drawing/background/exports.ts';
import { ExportList } from '#client/drawing/background/output.ts';
import { printExports } from '../../print/models/exported.ts';
import { runCommand } from '../../run-command.ts';
import { DATASET, examples } from '../arguments.ts';

export function exportsCommand() {
  return new Command('exports')
    .description('Lists or stops what goldpan sample draws in the background. Its files are kept for 7 days.')
    .argument('<dataset>', DATASET)
    .option('--stop <exportId>', 'end an export; what it has drawn stays, and the same goldpan sample goes on with it')
    .addHelpText('after', examples('goldpan exports pets', 'goldpan exports pets --stop 0123456789abcdef'))
    .action((dataset, { stop }, command) =>
      runCommand(command, {
        schema: ExportList,
        run: (context) => (stop === undefined ? listExports(context, dataset) : stopExport(context, dataset, stop)),
        print: printExports,
      }),
    );
}

// goldpan status: a dataset as it stands, or all of them.
import { Command } from '@commander-js/extra-typings';
import type { Context } from '#client/context.ts';
import { DatasetsOutput, StatusOutput } from '#client/datasets/output.ts';
import { status, statusOfAll, watchStatus } from '#client/datasets/status.ts';
import { printDatasets, printStatus } from '../../print/data/status.ts';
import { globalsOf, runCommand } from '../../run-command.ts';
import { plainOutput } from '../../terminal/plain-text.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { DATASET, examples, SHOWN, wholeNumber } from '../arguments.ts';

export function statusCommand() {
  return new Command('status')
    .description('Shows what was accepted, what was rejected and why, and the newest snapshot, run and model.')
    .argument('[dataset]', `${DATASET}; default: every dataset`)
    .option('--show <n>', 'number of rejected items to list', wholeNumber, SHOWN)
    .option('--watch', 'show changes until nothing is being cleaned or trained')
    .addHelpText('after', examples('goldpan status', 'goldpan status birds --show 100', 'goldpan status birds --watch'))
    .action((dataset, { show, watch = false }, command) => {
      if (dataset === undefined) {
        if (watch) command.error('error: --watch needs the name of a dataset');
        return runCommand(command, {
          schema: DatasetsOutput,
          run: (context) => statusOfAll(context, { show }),
          print: printDatasets,
        });
      }
      const read = watch ? watched : (context: Context) => status(context, dataset, { show });
      return runCommand(command, { schema: StatusOutput, run: read, print: printStatus });

      function watched(context: Context, terminal: Terminal): Promise<StatusOutput> {
        return watchStatus(context, dataset as string, {
          show,
          changed: (now) => {
            if (!globalsOf(command).json) terminal.redraw(printStatus(plainOutput(now), terminal.dataStyle));
          },
        });
      }
    });
}

// goldpan status: a dataset as it stands, or all of them.
import { Command } from '@commander-js/extra-typings';
import { DatasetsOutput, StatusOutput } from '#client/datasets/output.ts';
import { status, statusOfAll } from '#client/datasets/status.ts';
import { printDatasets, printStatus } from '../../print/data/status.ts';
import { runCommand } from '../../run-command.ts';
import { DATASET, examples, SHOWN, wholeNumber } from '../arguments.ts';

export function statusCommand() {
  return new Command('status')
    .description('Shows what was accepted, what was rejected and why, and the newest snapshot, run and model.')
    .argument('[dataset]', `${DATASET}; default: every dataset`)
    .option('--show <n>', 'number of rejected items to list', wholeNumber, SHOWN)
    .addHelpText('after', examples('goldpan status', 'goldpan status birds --show 100'))
    .action((dataset, { show }, command) =>
      dataset === undefined
        ? runCommand(command, {
            schema: DatasetsOutput,
            run: (context) => statusOfAll(context, { show }),
            print: printDatasets,
          })
        : runCommand(command, {
            schema: StatusOutput,
            run: (context) => status(context, dataset, { show }),
            print: printStatus,
          }),
    );
}

// goldpan datasets list, goldpan datasets rm
import { Command } from '@commander-js/extra-typings';
import { DatasetsOutput } from '#client/datasets/output.ts';
import { DatasetRemovedOutput } from '#client/datasets/removal/output.ts';
import { removeDataset } from '#client/datasets/removal/remove-dataset.ts';
import { statusOfAll } from '#client/datasets/status.ts';
import { EXIT } from '#client/failure.ts';
import { describeDataset, printDatasetRemoved } from '../../print/data/datasets.ts';
import { printDatasets } from '../../print/data/status.ts';
import { runCommand } from '../../run-command.ts';
import { askYesOrNo } from '../../terminal/ask.ts';
import { plainOutput } from '../../terminal/plain-text.ts';
import { DATASET, examples, SHOWN } from '../arguments.ts';

export function datasetsCommand() {
  const datasets = new Command('datasets')
    .description('Lists datasets, or deletes one with everything that was made of it.')
    .addHelpText('after', examples('goldpan datasets list', 'goldpan datasets rm birds'));
  datasets
    .command('list')
    .description('Lists every dataset with its kind and the model that serves.')
    .addHelpText('after', examples('goldpan datasets list'))
    .action((_options, command) =>
      runCommand(command, {
        schema: DatasetsOutput,
        run: (context) => statusOfAll(context, { show: SHOWN }),
        print: printDatasets,
      }),
    );
  datasets
    .command('rm')
    .description('Deletes a dataset: its files, and its verdicts, snapshots, runs and models. Lists them first.')
    .argument('<dataset>', DATASET)
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', examples('goldpan datasets rm birds', 'goldpan datasets rm birds --yes'))
    .action((dataset, { yes = false }, command) =>
      runCommand(command, {
        schema: DatasetRemovedOutput,
        run: (context, terminal) =>
          removeDataset(context, dataset, async (found) => {
            terminal.say(describeDataset(plainOutput(found)));
            const next = 'To delete without a question, add --yes.';
            return yes || askYesOrNo(`Delete ${dataset} and everything listed?`, { ...process, next });
          }),
        print: printDatasetRemoved,
        exitCode: ({ removed }) => (removed ? EXIT.ok : EXIT.failed),
      }),
    );
  return datasets;
}

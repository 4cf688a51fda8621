// goldpan rm, goldpan restore
import { Command } from '@commander-js/extra-typings';
import { RemovedOutput, RestoredOutput } from '#client/datasets/files/output.ts';
import { removeFiles, restoreFiles } from '#client/datasets/files/remove-files.ts';
import { EXIT } from '#client/failure.ts';
import { describeRemoval, printRemoved, printRestored } from '../../print/data/files.ts';
import { runCommand } from '../../run-command.ts';
import { askYesOrNo } from '../../terminal/ask.ts';
import { DATASET, examples } from '../arguments.ts';

export function rmCommand() {
  return new Command('rm')
    .description('Deletes uploaded files. Their items leave the next snapshot; goldpan restore brings them back.')
    .argument('<dataset>', DATASET)
    .argument('<path...>', 'files, or folders with all files in them')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', examples('goldpan rm birds photos.zip', 'goldpan rm birds photos/2024 --yes'))
    .action((dataset, paths, { yes = false }, command) =>
      runCommand(command, {
        schema: RemovedOutput,
        run: (context, terminal) =>
          removeFiles(context, dataset, paths, async (files) => {
            if (yes) return true;
            terminal.say(describeRemoval(files));
            return askYesOrNo('Delete them?', { ...process, next: 'To delete without a question, add --yes.' });
          }),
        print: printRemoved,
        exitCode: ({ removed }) => (removed ? EXIT.ok : EXIT.failed),
      }),
    );
}

export function restoreCommand() {
  return new Command('restore')
    .description('Brings deleted files back, with the verdicts that they had.')
    .argument('<dataset>', DATASET)
    .argument('<path...>', 'files, or folders with all files in them')
    .addHelpText('after', examples('goldpan restore birds photos.zip'))
    .action((dataset, paths, _options, command) =>
      runCommand(command, {
        schema: RestoredOutput,
        run: (context) => restoreFiles(context, dataset, paths),
        print: printRestored,
      }),
    );
}

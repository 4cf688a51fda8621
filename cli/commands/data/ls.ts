// goldpan ls
import { Command } from '@commander-js/extra-typings';
import { listFiles } from '#client/datasets/files/list-files.ts';
import { FilesOutput } from '#client/datasets/files/output.ts';
import { printFiles } from '../../print/data/files.ts';
import { globalsOf, runCommand } from '../../run-command.ts';
import { DATASET, examples, wholeNumber } from '../arguments.ts';

const FILES_SHOWN = 1000;

export function lsCommand() {
  return new Command('ls')
    .description('Lists the uploaded files of a dataset, each with its size, its state and its items.')
    .argument('<dataset>', DATASET)
    .argument('[path]', 'a file, or a folder with all files in it; default: all')
    .option('--deleted', 'list deleted files, which can be restored')
    .option('--show <n>', 'number of files to list', wholeNumber, FILES_SHOWN)
    .addHelpText('after', examples('goldpan ls birds', 'goldpan ls birds photos/2024', 'goldpan ls birds --deleted'))
    .action((dataset, path, { deleted = false, show }, command) => {
      const options = { path, deleted, show: globalsOf(command).json ? Number.POSITIVE_INFINITY : show };
      return runCommand(command, {
        schema: FilesOutput,
        run: (context) => listFiles(context, dataset, options),
        print: printFiles,
      });
    });
}

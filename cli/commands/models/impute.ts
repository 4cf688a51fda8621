// goldpan impute: fills the holes of a table.
import { Command } from '@commander-js/extra-typings';
import { checkFile } from '#client/check-file.ts';
import { impute } from '#client/drawing/impute.ts';
import { DrawOutput } from '#client/drawing/output.ts';
import { printDrawn } from '../../print/models/drawn.ts';
import { runCommand } from '../../run-command.ts';
import { DATASET, examples, number } from '../arguments.ts';
import { MODEL_WORDS, SEED_WORDS } from './drawing-words.ts';

export function imputeCommand() {
  return new Command('impute')
    .description('Fills the empty cells of a CSV file with a model of its table; the other cells stay as they are.')
    .argument('<dataset>', DATASET)
    .argument('<file>', 'CSV with a header; columns that it leaves out are filled, too')
    .option('--seed <n>', SEED_WORDS, number)
    .option('--model <modelId>', MODEL_WORDS)
    .option('-o, --out <path>', 'CSV file to write', 'filled.csv')
    .addHelpText('after', examples('goldpan impute adult holes.csv --out filled.csv'))
    .action((dataset, file, options, command) =>
      runCommand(command, {
        schema: DrawOutput,
        check: () => checkFile(file),
        run: (context) => impute(context, dataset, file, options),
        print: printDrawn,
      }),
    );
}

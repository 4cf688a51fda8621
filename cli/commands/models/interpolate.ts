// goldpan interpolate: the steps between two items.
import { Command } from '@commander-js/extra-typings';
import { draw } from '#client/drawing/draw.ts';
import { DrawOutput } from '#client/drawing/output.ts';
import { printDrawn } from '../../print/models/drawn.ts';
import { runCommand } from '../../run-command.ts';
import { DATASET, examples, number } from '../arguments.ts';
import { MODEL_WORDS, OUT_WORDS, SEED_WORDS } from './drawing-words.ts';

export function interpolateCommand() {
  return new Command('interpolate')
    .description('Generates the steps between pairs of items, one pair a row.')
    .argument('<dataset>', DATASET)
    .option('--steps <n>', 'items in a row, both ends included', number, 10)
    .option('--rows <n>', 'number of pairs', number, 8)
    .option('--seed <n>', SEED_WORDS, number)
    .option('--model <modelId>', MODEL_WORDS)
    .option('-o, --out <path>', OUT_WORDS, 'interpolation.png')
    .addHelpText('after', examples('goldpan interpolate birds --rows 4 --steps 12'))
    .action((dataset, { out, ...request }, command) =>
      runCommand(command, {
        schema: DrawOutput,
        run: (context) => {
          const count = request.steps * request.rows;
          return draw(context, dataset, 'interpolate', { out, count, request });
        },
        print: printDrawn,
      }),
    );
}

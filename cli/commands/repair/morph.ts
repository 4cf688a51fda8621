// goldpan morph: hybrids without a model.
import { Command } from '@commander-js/extra-typings';
import { checkMorph } from '#client/drawing/check-morph.ts';
import { DrawOutput } from '#client/drawing/output.ts';
import { checkOut } from '#client/drawing/written/formats.ts';
import { printDrawn } from '../../print/models/drawn.ts';
import { runCommand } from '../../run-command.ts';
import { collect, DATASET, examples, number, positive } from '../arguments.ts';
import { fileWords } from '../models/drawing-words.ts';

export function morphCommand() {
  return new Command('morph')
    .description('Draws hybrids of two photos without a model: both are warped towards each other and blended.')
    .argument(
      '<dataset>',
      `${DATASET}; if its model was trained on aligned photos, the given ones are cropped in the same way`,
    )
    .requiredOption('--item <file>', 'image file; twice', collect, [])
    .option('--size <pixels>', 'pixels a side, 512 at most', positive, 256)
    .option('--steps <n>', '1: one hybrid; more: a row from one photo to the other', positive, 1)
    .option('--share <s>', 'how much of the second photo one hybrid has, 0 to 1', number, 0.5)
    .option('-o, --out <path>', fileWords('images'), 'morph.png')
    .addHelpText('after', examples('goldpan morph pets --item cat.jpg --item dog.jpg --steps 5'))
    .action((dataset, { item: items, ...options }, command) =>
      runCommand(command, {
        schema: DrawOutput,
        check: ({ json = false }) => {
          checkMorph(items);
          checkOut(options.out, json);
        },
        run: async (context) =>
          (await import('#client/drawing/morph.ts')).morph(context, dataset, { items, ...options }),
        print: printDrawn,
      }),
    );
}

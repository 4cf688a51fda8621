// goldpan compose: puts a region of one image into another.
import { Command } from '@commander-js/extra-typings';
import { DrawOutput } from '#client/drawing/output.ts';
import { repair } from '#client/drawing/repair.ts';
import { printDrawn } from '../../print/models/drawn.ts';
import { runCommand } from '../../run-command.ts';
import { DATASET, examples } from '../arguments.ts';
import { FILE_WORDS, ITEM_WORDS, LABEL_WORDS, MASK_WORDS, METHOD_WORDS, MODEL_WORDS } from '../models/drawing-words.ts';

export function composeCommand() {
  return new Command('compose')
    .description('Puts a region of one image into another; the model heals the border.')
    .argument('<dataset>', DATASET)
    .requiredOption('--item <fileOrId>', ITEM_WORDS)
    .requiredOption('--source <fileOrId>', 'image whose region is taken, likewise')
    .requiredOption('--mask <file>', `${MASK_WORDS} the source is shown`)
    .option('--label <label>', LABEL_WORDS)
    .option('--method <method>', METHOD_WORDS, 'model')
    .option('--model <modelId>', MODEL_WORDS)
    .option('-o, --out <path>', `${FILE_WORDS}; default: composed.png`)
    .addHelpText('after', examples('goldpan compose pets --item dog.jpg --source cat.jpg --mask eyes.png'))
    .action((dataset, options, command) =>
      runCommand(command, {
        schema: DrawOutput,
        run: (context) => repair(context, dataset, { operation: 'compose', name: 'composed' }, options),
        print: printDrawn,
      }),
    );
}

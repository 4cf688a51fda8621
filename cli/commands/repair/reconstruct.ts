// goldpan reconstruct: a given image as the model sees it.
import { Command } from '@commander-js/extra-typings';
import { DrawOutput } from '#client/drawing/output.ts';
import { repair } from '#client/drawing/repair.ts';
import { printDrawn } from '../../print/models/drawn.ts';
import { runCommand } from '../../run-command.ts';
import { DATASET, examples } from '../arguments.ts';
import { FILE_WORDS, ITEM_WORDS, LABEL_WORDS, METHOD_WORDS, MODEL_WORDS } from '../models/drawing-words.ts';

export function reconstructCommand() {
  return new Command('reconstruct')
    .description('Writes what the model makes of a given image or clip, with PSNR and SSIM.')
    .argument('<dataset>', DATASET)
    .requiredOption('--item <fileOrId>', ITEM_WORDS)
    .option('--label <label>', LABEL_WORDS)
    .option('--method <method>', METHOD_WORDS, 'model')
    .option('--model <modelId>', MODEL_WORDS)
    .option('-o, --out <path>', `${FILE_WORDS}; default: reconstructed.png or reconstructed.wav`)
    .addHelpText('after', examples('goldpan reconstruct pets --item cat.jpg --out cat-by-model.png'))
    .action((dataset, options, command) =>
      runCommand(command, {
        schema: DrawOutput,
        run: (context) => repair(context, dataset, { operation: 'reconstruct', name: 'reconstructed' }, options),
        print: printDrawn,
      }),
    );
}

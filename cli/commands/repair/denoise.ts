// goldpan denoise: removes noise.
import { Command } from '@commander-js/extra-typings';
import { DrawOutput } from '#client/drawing/output.ts';
import { repair } from '#client/drawing/repair.ts';
import { printDrawn } from '../../print/models/drawn.ts';
import { runCommand } from '../../run-command.ts';
import { DATASET, examples } from '../arguments.ts';
import { FILE_WORDS, ITEM_WORDS, LABEL_WORDS, METHOD_WORDS, MODEL_WORDS } from '../models/drawing-words.ts';

export function denoiseCommand() {
  return new Command('denoise')
    .description('Removes noise without a pattern from an image, or steady noise from a clip.')
    .argument('<dataset>', DATASET)
    .requiredOption('--item <fileOrId>', ITEM_WORDS)
    .option('--label <label>', LABEL_WORDS)
    .option('--method <method>', METHOD_WORDS, 'model')
    .option('--model <modelId>', MODEL_WORDS)
    .option('-o, --out <path>', `${FILE_WORDS}; default: denoised.png or denoised.wav`)
    .addHelpText(
      'after',
      examples('goldpan denoise pets --item noisy.png', 'goldpan denoise digits --item noisy.wav --method better'),
    )
    .action((dataset, options, command) =>
      runCommand(command, {
        schema: DrawOutput,
        run: (context) => repair(context, dataset, { operation: 'denoise', name: 'denoised' }, options),
        print: printDrawn,
      }),
    );
}

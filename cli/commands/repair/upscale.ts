// goldpan upscale: enlarges a small image.
import { Command } from '@commander-js/extra-typings';
import { DrawOutput } from '#client/drawing/output.ts';
import { upscale } from '#client/drawing/upscale.ts';
import { printDrawn } from '../../print/models/drawn.ts';
import { runCommand } from '../../run-command.ts';
import { DATASET, examples } from '../arguments.ts';
import { FILE_WORDS, MODEL_WORDS } from '../models/drawing-words.ts';

export function upscaleCommand() {
  return new Command('upscale')
    .description("Enlarges an image that is smaller than the model's images to their size.")
    .argument('<dataset>', DATASET)
    .requiredOption('--item <file>', 'image file')
    .option('--label <label>', 'class of the image; default: the likeliest')
    .option(
      '--method <method>',
      'what is written: model, simple (bicubic), or better: the one that draws the image better from a reduced copy',
      'model',
    )
    .option('--model <modelId>', MODEL_WORDS)
    .option('-o, --out <path>', `${FILE_WORDS}; default: upscaled.png`)
    .addHelpText('after', examples('goldpan upscale pets --item thumbnail.png --method better'))
    .action((dataset, options, command) =>
      runCommand(command, {
        schema: DrawOutput,
        run: (context) => upscale(context, dataset, options),
        print: printDrawn,
      }),
    );
}

// goldpan upscale: enlarges a small image.
import { Command, Option } from '@commander-js/extra-typings';
import { checkFile } from '#client/check-file.ts';
import { upscale } from '#client/drawing/enlarged/upscale.ts';
import { DrawOutput } from '#client/drawing/output.ts';
import { checkOut } from '#client/drawing/written/formats.ts';
import { printDrawn } from '../../print/models/drawn.ts';
import { runCommand } from '../../run-command.ts';
import { DATASET, examples } from '../arguments.ts';
import { fileWords, METHODS, MODEL_WORDS } from '../models/drawing-words.ts';

const METHOD_WORDS =
  'result to write: model, simple (bicubic interpolation), or better (the one of the two that draws the image better from a reduced copy)';

export function upscaleCommand() {
  return new Command('upscale')
    .description("Enlarges an image that is smaller than the model's images to their size.")
    .argument('<dataset>', DATASET)
    .requiredOption('--item <file>', 'image file')
    .option('--label <label>', 'class of the image; default: the most likely one')
    .addOption(new Option('--method <method>', METHOD_WORDS).choices(METHODS).default('model'))
    .option('--model <modelId>', MODEL_WORDS)
    .option('-o, --out <path>', `${fileWords('images')}; default: upscaled.png`)
    .addHelpText('after', examples('goldpan upscale pets --item thumbnail.png --method better'))
    .action((dataset, options, command) =>
      runCommand(command, {
        schema: DrawOutput,
        check: ({ json = false }) => {
          checkFile(options.item);
          checkOut(options.out, json);
        },
        run: (context) => upscale(context, dataset, options),
        print: printDrawn,
      }),
    );
}

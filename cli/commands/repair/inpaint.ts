// goldpan inpaint: fills the hole of an image.
import { Command } from '@commander-js/extra-typings';
import { DrawOutput } from '#client/drawing/output.ts';
import { repair } from '#client/drawing/repair.ts';
import { printDrawn } from '../../print/models/drawn.ts';
import { runCommand } from '../../run-command.ts';
import { DATASET, examples } from '../arguments.ts';
import { ITEM_WORDS, LABEL_WORDS, MASK_WORDS, METHOD_WORDS, MODEL_WORDS, OUT_WORDS } from '../models/drawing-words.ts';

export function inpaintCommand() {
  return new Command('inpaint')
    .description('Fills the hole of an image without a seam; the other pixels stay exactly as they are.')
    .argument('<dataset>', DATASET)
    .requiredOption('--item <fileOrId>', ITEM_WORDS)
    .requiredOption('--mask <file>', `${MASK_WORDS} the hole is`)
    .option('--label <label>', LABEL_WORDS)
    .option('--method <method>', METHOD_WORDS, 'model')
    .option('--model <modelId>', MODEL_WORDS)
    .option('-o, --out <path>', OUT_WORDS, 'inpainted.png')
    .addHelpText('after', examples('goldpan inpaint pets --item scratched.jpg --mask scratch.png --method better'))
    .action((dataset, options, command) =>
      runCommand(command, {
        schema: DrawOutput,
        run: (context) => repair(context, dataset, 'inpaint', options),
        print: printDrawn,
      }),
    );
}

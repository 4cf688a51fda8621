// goldpan inpaint: fills the hole of an image or the gap of a clip.
import { Command } from '@commander-js/extra-typings';
import { DrawOutput } from '#client/drawing/output.ts';
import { repair } from '#client/drawing/repair.ts';
import { printDrawn } from '../../print/models/drawn.ts';
import { runCommand } from '../../run-command.ts';
import { DATASET, examples } from '../arguments.ts';
import { FILE_WORDS, ITEM_WORDS, LABEL_WORDS, MASK_WORDS, METHOD_WORDS, MODEL_WORDS } from '../models/drawing-words.ts';

export function inpaintCommand() {
  return new Command('inpaint')
    .description('Fills the hole of an image or the gap of a clip without a seam; the rest stays exactly as it is.')
    .argument('<dataset>', DATASET)
    .requiredOption('--item <fileOrId>', ITEM_WORDS)
    .option('--mask <file>', `of an image: ${MASK_WORDS} the hole is`)
    .option('--gap <from-to>', 'of a clip: seconds that are filled, as in 0.3-0.45')
    .option('--label <label>', LABEL_WORDS)
    .option('--method <method>', METHOD_WORDS, 'model')
    .option('--model <modelId>', MODEL_WORDS)
    .option('-o, --out <path>', `${FILE_WORDS}; default: inpainted.png or inpainted.wav`)
    .addHelpText(
      'after',
      examples(
        'goldpan inpaint pets --item scratched.jpg --mask scratch.png --method better',
        'goldpan inpaint digits --item seven.wav --gap 0.3-0.45',
      ),
    )
    .action((dataset, options, command) =>
      runCommand(command, {
        schema: DrawOutput,
        run: (context) => repair(context, dataset, { operation: 'inpaint', name: 'inpainted' }, options),
        print: printDrawn,
      }),
    );
}

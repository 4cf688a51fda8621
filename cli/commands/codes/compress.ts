// goldpan compress: images in a small file.
import { Command } from '@commander-js/extra-typings';
import { checkItems, compress } from '#client/drawing/codes.ts';
import { DrawOutput } from '#client/drawing/output.ts';
import { printDrawn } from '../../print/models/drawn.ts';
import { runCommand } from '../../run-command.ts';
import { collect, DATASET, examples, number, wholeNumber } from '../arguments.ts';
import { itemWords, LABEL_WORDS, MODEL_WORDS } from '../models/drawing-words.ts';

export function compressCommand() {
  return new Command('compress')
    .description(
      'Compresses images with a model, or as WebP if that is smaller at the same SSIM, and says which was used.',
    )
    .argument('<dataset>', DATASET)
    .requiredOption('--item <fileOrId>', `${itemWords('images')}; once or more, 64 at most`, collect, [])
    .option('--max-error <levels>', 'largest error of a pixel value, in levels of 255; 0: lossless', wholeNumber)
    .option(
      '--step <deviations>',
      'quantisation step of the codes, in standard deviations, 0.01 to 2; default: 0.25',
      number,
    )
    .option('--label <label>', LABEL_WORDS, collect, [])
    .option('--model <modelId>', MODEL_WORDS)
    .option('-o, --out <path>', 'file to write', 'compressed.gpan')
    .addHelpText('after', examples('goldpan compress digits --item 1.png --item 2.png --max-error 4 --out two.gpan'))
    .action((dataset, { item: items, label: labels, ...options }, command) =>
      runCommand(command, {
        schema: DrawOutput,
        check: () => checkItems(items),
        run: (context) => compress(context, dataset, { items, labels, ...options }),
        print: printDrawn,
      }),
    );
}

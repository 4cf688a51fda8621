// goldpan encode: the codes of images.
import { Command } from '@commander-js/extra-typings';
import { checkItems, codesAs, encode } from '#client/drawing/codes.ts';
import { DrawOutput } from '#client/drawing/output.ts';
import { printDrawn } from '../../print/models/drawn.ts';
import { runCommand } from '../../run-command.ts';
import { collect, DATASET, examples } from '../arguments.ts';
import { itemWords, LABEL_WORDS, MODEL_WORDS } from '../models/drawing-words.ts';

export function encodeCommand() {
  return new Command('encode')
    .description('Writes the latent codes of images, and how unusual each image is beside held-out ones.')
    .argument('<dataset>', DATASET)
    .requiredOption('--item <fileOrId>', `${itemWords('images')}; once or more`, collect, [])
    .option('--label <label>', LABEL_WORDS, collect, [])
    .option('--model <modelId>', MODEL_WORDS)
    .option('-o, --out <path>', '.json (with the classes) or .npy', 'codes.json')
    .addHelpText('after', examples('goldpan encode pets --item cat.jpg --item dog.jpg --out codes.json'))
    .action((dataset, { item: items, label: labels, ...options }, command) =>
      runCommand(command, {
        schema: DrawOutput,
        check: () => {
          checkItems(items);
          codesAs(options.out);
        },
        run: (context) => encode(context, dataset, { items, labels, ...options }),
        print: printDrawn,
      }),
    );
}

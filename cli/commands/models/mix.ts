// goldpan mix: an item between given ones.
import { Command } from '@commander-js/extra-typings';
import { checkMix, mix } from '#client/drawing/between/mix.ts';
import { DrawOutput } from '#client/drawing/output.ts';
import { checkOut } from '#client/drawing/written/formats.ts';
import { printDrawn } from '../../print/models/drawn.ts';
import { runCommand } from '../../run-command.ts';
import { collect, DATASET, examples, number } from '../arguments.ts';
import { fileWords, itemWords, LABEL_WORDS, MODEL_WORDS } from './drawing-words.ts';

export function mixCommand() {
  return new Command('mix')
    .description('Draws a hybrid of given images, clips or texts: the weighted mean of their latent codes.')
    .argument('<dataset>', DATASET)
    .requiredOption('--item <fileOrId>', `${itemWords('images', 'clips', 'texts')}; twice or more`, collect, [])
    .option(
      '--weight, --weights <w>',
      'weight of each item, in the same order, also as 0.7,0.3; default: 1 each',
      collectNumbers,
      [],
    )
    .option('--label <label>', LABEL_WORDS, collect, [])
    .option(
      '--as <label>',
      'images and clips: class that each item is turned into, in the same order; one item can be turned alone',
      collect,
      [],
    )
    .option('--model <modelId>', MODEL_WORDS)
    .option(
      '-o, --out <path>',
      `${fileWords('images', 'clips', 'texts')}; default: hybrid.png or hybrid.wav; texts are printed`,
    )
    .addHelpText(
      'after',
      examples(
        'goldpan mix pets --item cat.jpg --item dog.jpg',
        'goldpan mix names --item emma --item oliver',
        'goldpan mix pets --item cat.jpg --item 4f2a91c0 --weights 2,1 --out mostly-cat.png',
        'goldpan mix pets --item cat.jpg --as dog --out this-cat-but-a-dog.png',
      ),
    )
    .action((dataset, { item: items, weights, label: labels, ...options }, command) =>
      runCommand(command, {
        schema: DrawOutput,
        check: ({ json = false }) => {
          checkMix({ items, weights, labels, as: options.as });
          checkOut(options.out, json);
        },
        run: (context) => mix(context, dataset, { items, weights, labels, ...options }),
        print: printDrawn,
      }),
    );
}

function collectNumbers(text: string, earlier: readonly number[]): number[] {
  return [...earlier, ...text.split(',').map(number)];
}

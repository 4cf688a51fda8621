// goldpan parents: the training items that images are nearest to.
import { Command } from '@commander-js/extra-typings';
import { findParents, ParentsOutput } from '#client/drawing/parents.ts';
import { printParents } from '../../print/models/parents.ts';
import { runCommand } from '../../run-command.ts';
import { collect, DATASET, examples, wholeNumber } from '../arguments.ts';
import { itemWords, MODEL_WORDS } from '../models/drawing-words.ts';

export function parentsCommand() {
  return new Command('parents')
    .description('Lists the training items that images or samples are nearest to, and says which count as copies.')
    .argument('<dataset>', DATASET)
    .option('--item <fileOrId>', `${itemWords('images')}; may be repeated`, collect, [])
    .option('--seed <n>', 'the first sample of this seed; may be repeated', collectNumber, [])
    .option('-k <count>', 'nearest training items of each', wholeNumber, 5)
    .option('--model <modelId>', MODEL_WORDS)
    .addHelpText(
      'after',
      examples('goldpan parents pets --item sample.png -k 3', 'goldpan parents pets --seed 1 --seed 2'),
    )
    .action((dataset, { item: items, seed: seeds, ...options }, command) =>
      runCommand(command, {
        schema: ParentsOutput,
        run: (context) => findParents(context, dataset, { items, seeds, ...options }),
        print: printParents,
      }),
    );
}

function collectNumber(text: string, earlier: readonly number[]): number[] {
  return [...earlier, wholeNumber(text)];
}

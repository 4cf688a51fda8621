// goldpan get: one accepted item as a file.
import { Command } from '@commander-js/extra-typings';
import { getItem } from '#client/datasets/files/get-item.ts';
import { ItemOutput } from '#client/datasets/files/output.ts';
import { printItem } from '../../print/data/files.ts';
import { runCommand } from '../../run-command.ts';
import { DATASET, examples } from '../arguments.ts';

export function getCommand() {
  return new Command('get')
    .description('Writes one accepted item to a file, as a model is trained on it, beside the file as it was uploaded.')
    .argument('<dataset>', DATASET)
    .argument('<item>', 'the id of an item, or at least 6 characters of it; or its path')
    .option('-o, --out <folder>', 'where to write the files', '.')
    .option('--snapshot <id>', 'id of a snapshot or the beginning of it; default: the newest one')
    .addHelpText('after', examples('goldpan get birds 5f3a91c0', 'goldpan get birds owls/0042.jpg --out owl'))
    .action((dataset, name, { out, snapshot }, command) =>
      runCommand(command, {
        schema: ItemOutput,
        run: (context) => getItem(context, dataset, { name, out, snapshot }),
        print: printItem,
      }),
    );
}

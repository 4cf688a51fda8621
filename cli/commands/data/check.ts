// goldpan check: files of this machine, checked by the rules of a dataset.
import { Command } from '@commander-js/extra-typings';
import { EXIT } from '#client/failure.ts';
import { CheckOutput } from '../../local/check-output.ts';
import { fromCheckout } from '../../local/from-checkout.ts';
import { printChecked } from '../../print/data/check.ts';
import { runLocally } from '../../run-command.ts';
import { examples, wholeNumber } from '../arguments.ts';

const SHOWN_A_FILE = 5;

export function checkCommand() {
  return new Command('check')
    .description('Checks files on this machine by the same rules, without a deployment. Nothing is uploaded.')
    .argument('<path...>', 'files, folders, archives')
    .option('--config <file>', 'a dataset.yaml; default: the one in the folder, or inferred from the files')
    .option('--show <n>', 'number of issues to list for each file', wholeNumber, SHOWN_A_FILE)
    .option(
      '--rows <n>',
      'number of stored rows or texts to show for each file, beside the rows as they came',
      wholeNumber,
    )
    .addHelpText('after', examples('goldpan check photos/ --config dataset.yaml', 'goldpan check prices.csv --rows 5'))
    .action((paths, options, command) =>
      runLocally(command, {
        schema: CheckOutput,
        // Its readers are native libraries, which the help and the other commands do without.
        run: async (terminal) =>
          (await fromCheckout(() => import('../../local/check.ts'))).check(terminal, paths, options),
        print: printChecked,
        exitCode: ({ items }) => (items.rejected > 0 ? EXIT.failed : EXIT.ok),
      }),
    );
}

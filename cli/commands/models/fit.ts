// goldpan fit: trains a model, plans a training, or searches settings.
import { Command } from '@commander-js/extra-typings';
import { EXIT } from '#client/failure.ts';
import { checkFit, fitDataset } from '#client/training/fit.ts';
import { PlanOutput, SearchOutput } from '#client/training/fit-output.ts';
import { planFit } from '#client/training/plan-fit.ts';
import { checkSearch, searchFit } from '#client/training/search-fit.ts';
import { KINDS } from '#core/base/names.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import { printPlan, printSearch } from '../../print/models/fit.ts';
import { runCommand } from '../../run-command.ts';
import { collect, DATASET, examples } from '../arguments.ts';
import { printedRun } from './printed-run.ts';

const FAMILIES = KINDS.map((kind) => {
  const { item, models } = definitionOf(kind);
  return `${item.many}: ${models.join(', ')}`;
}).join('; ');

export function fitCommand() {
  return new Command('fit')
    .description(
      'Assembles a snapshot of the accepted items, trains a model on it and promotes the model if it is better.',
    )
    .argument('<dataset>', DATASET)
    .option('--model <family>', FAMILIES)
    .option('--set <key=value>', 'a setting of train for this run; may be repeated', collect, [])
    .option('--budget <time>', 'have the model after 90s, 10m or 1.5h; the best epoch so far is kept')
    .option('--from <model>', 'start from the weights of a model: its id, or `current`')
    .option(
      '--search <key=a,b,c>',
      'train one run for each value and name the best; may be repeated; --budget covers all runs',
      collect,
      [],
    )
    .option('--dry-run', 'print the estimated time and cost, and start nothing')
    .option('--no-wait', 'return once the training has started')
    .option('--force', 'train although the gate asks for more data')
    .addHelpText('after', examples('goldpan fit birds --dry-run', 'goldpan fit birds --set epochs=10 --budget 30m'))
    .action((dataset, { dryRun = false, search, force = false, ...given }, command) => {
      const options = { ...given, force };
      const check = () => void (search.length > 0 ? checkSearch({ ...options, search }) : checkFit(options));
      if (dryRun) {
        const printed = { schema: PlanOutput, print: printPlan, check };
        return runCommand(command, { ...printed, run: (context) => planFit(context, dataset, options) });
      }
      if (search.length > 0) {
        return runCommand(command, {
          schema: SearchOutput,
          print: printSearch,
          check,
          exitCode: ({ best }) => (best === null ? EXIT.failed : EXIT.ok),
          run: (context) => searchFit(context, dataset, { ...options, search }),
        });
      }
      return runCommand(command, { ...printedRun, check, run: (context) => fitDataset(context, dataset, options) });
    });
}

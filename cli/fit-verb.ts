// goldpan fit: trains, or says what a training would take, or goes over a space of settings.
import type { Command } from 'commander';
import * as answers from '#client/answers.ts';
import { EXIT } from '#client/failure.ts';
import { fitDataset } from '#client/training/fit.ts';
import { PlanAnswer, SearchAnswer } from '#client/training/fit-answers.ts';
import { planFit, printPlan } from '#client/training/plan-fit.ts';
import { printRun } from '#client/training/run-answer.ts';
import { printSearch, searchFit } from '#client/training/search-fit.ts';
import { collect, globals } from './arguments.ts';
import { runVerb } from './run-verb.ts';

/** How the answer of a run is printed, for every verb that ends in one. */
export const runVerbParts = {
  schema: answers.RunAnswer,
  print: printRun,
  exitCode: ({ status: ended }: answers.RunAnswer) =>
    ended === 'refused' || ended === 'failed' ? EXIT.failed : EXIT.ok,
};

export function addFitVerb(program: Command): void {
  program
    .command('fit')
    .description('assemble what is clean, train a model on it and promote it')
    .argument('<dataset>')
    .option('--model <family>', 'vae or gan')
    .option('--set <key=value>', 'a setting of train for this run; may be repeated', collect, [])
    .option('--budget <time>', 'end with the best epoch so far after 90s, 10m, 1.5h of training')
    .option('--from <model>', 'start from the weights of a model: its id, or `current`')
    .option(
      '--search <key=a,b,c>',
      'one run for each value, the best told; may be repeated; --budget is for all',
      collect,
      [],
    )
    .option('--dry-run', 'say what it would take in time and money, and start nothing')
    .option('--no-wait', 'return once the training has started')
    .option('--force', 'train although the gate asks for more data')
    .addHelpText('after', '\nExample: goldpan fit birds --set epochs=10 --set latentDim=16 --budget 30m')
    .action((dataset: string, given, command: Command) => {
      const { dryRun = false, search, force = false, model, set, budget, from, wait } = given;
      const options = { model, set, budget, from, wait, force };
      if (dryRun) {
        const verb = { schema: PlanAnswer, print: printPlan };
        return runVerb(globals(command), { ...verb, run: (context) => planFit(context, dataset, options) });
      }
      if (search.length > 0) {
        return runVerb(globals(command), {
          schema: SearchAnswer,
          print: printSearch,
          exitCode: ({ best }) => (best === null ? EXIT.failed : EXIT.ok),
          run: (context) => searchFit(context, dataset, { ...options, search }),
        });
      }
      return runVerb(globals(command), { ...runVerbParts, run: (context) => fitDataset(context, dataset, options) });
    });
}

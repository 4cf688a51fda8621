// The verbs about models: which there are, which is better, which serves.
import type { Command } from 'commander';
import { ModelAnswer, ModelsAnswer } from '#client/answers.ts';
import { EXIT } from '#client/failure.ts';
import { compareModelsOf, printComparison } from '#client/models/compare-models.ts';
import { CompareAnswer, PromotionAnswer } from '#client/models/model-answers.ts';
import { listModels, printModel, printModels, showModel } from '#client/models/models.ts';
import { printPromotion, promoteModel, rollBackModel } from '#client/models/promote.ts';
import { globals } from './arguments.ts';
import { runVerb } from './run-verb.ts';

export function addModelVerbs(program: Command): void {
  const models = program.command('models').description('list, show, compare, promote or roll back models');
  models
    .command('list')
    .argument('<dataset>')
    .action((dataset: string, _options, command: Command) =>
      runVerb(globals(command), {
        schema: ModelsAnswer,
        run: (context) => listModels(context, dataset),
        print: printModels,
      }),
    );
  models
    .command('show')
    .argument('<dataset>')
    .argument('<modelId>')
    .action((dataset: string, modelId: string, _options, command: Command) =>
      runVerb(globals(command), {
        schema: ModelAnswer,
        run: (context) => showModel(context, dataset, modelId),
        print: printModel,
      }),
    );
  models
    .command('compare')
    .description('figures of the test split side by side, within one snapshot')
    .argument('<dataset>')
    .argument('[modelId...]', 'without any: all of the current model’s snapshot')
    .action((dataset: string, ids: string[], _options, command: Command) =>
      runVerb(globals(command), {
        schema: CompareAnswer,
        run: (context) => compareModelsOf(context, dataset, ids),
        print: printComparison,
      }),
    );
  models
    .command('promote')
    .description('let a model serve, unless it is worse than the one that does')
    .argument('<dataset>')
    .argument('<modelId>')
    .option('--force', 'although it is worse; who forced it is kept')
    .action((dataset: string, modelId: string, { force = false }, command: Command) =>
      runVerb(globals(command), {
        ...promotion,
        run: (context) => promoteModel(context, dataset, modelId, { force }),
      }),
    );
  models
    .command('rollback')
    .description('let the model serve that served before')
    .argument('<dataset>')
    .option('--to <modelId>', 'one that served earlier')
    .action((dataset: string, { to = null }, command: Command) =>
      runVerb(globals(command), { ...promotion, run: (context) => rollBackModel(context, dataset, to) }),
    );
}

const promotion = {
  schema: PromotionAnswer,
  print: printPromotion,
  exitCode: ({ promoted }: PromotionAnswer) => (promoted ? EXIT.ok : EXIT.failed),
};

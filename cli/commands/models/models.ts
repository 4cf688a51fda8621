// goldpan models list | show | links | compare | promote | rollback
import { Command } from '@commander-js/extra-typings';
import { EXIT } from '#client/failure.ts';
import { compareModels } from '#client/models/compare-models.ts';
import { linkModel } from '#client/models/link-model.ts';
import { listModels, showModel } from '#client/models/models.ts';
import { CompareOutput, LinksOutput, ModelOutput, ModelsOutput, PromotionOutput } from '#client/models/output.ts';
import { promoteModel, rollBackModel } from '#client/models/promote.ts';
import { servingModelId } from '#client/models/serving-model.ts';
import { printComparison } from '../../print/models/compare-models.ts';
import { printLinks, printModel, printModels, printPromotion } from '../../print/models/models.ts';
import { runCommand } from '../../run-command.ts';
import { DATASET, examples } from '../arguments.ts';

const MODEL = 'id of the model';
const SERVING = `${MODEL}; default: the one that serves`;
const promotion = {
  schema: PromotionOutput,
  print: printPromotion,
  exitCode: ({ promoted }: PromotionOutput) => (promoted ? EXIT.ok : EXIT.failed),
};

export function modelsCommand() {
  return new Command('models')
    .description('Lists, shows, links to, compares, promotes or rolls back models.')
    .addHelpText('after', examples('goldpan models list birds'))
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(linksCommand())
    .addCommand(compareCommand())
    .addCommand(promoteCommand())
    .addCommand(rollbackCommand());
}

function listCommand() {
  return new Command('list')
    .description('Lists the models of a dataset, newest first; * marks the one that serves.')
    .argument('<dataset>', DATASET)
    .addHelpText('after', examples('goldpan models list birds'))
    .action((dataset, _options, command) =>
      runCommand(command, { schema: ModelsOutput, run: (context) => listModels(context, dataset), print: printModels }),
    );
}

function showCommand() {
  return new Command('show')
    .description('Shows the model card: data, settings, metrics, licence and files.')
    .argument('<dataset>', DATASET)
    .argument('[modelId]', SERVING)
    .addHelpText('after', examples('goldpan models show birds', 'goldpan models show birds vae-1f3a'))
    .action((dataset, modelId, _options, command) =>
      runCommand(command, {
        schema: ModelOutput,
        run: async (context) => showModel(context, dataset, modelId ?? (await servingModelId(context, dataset))),
        print: printModel,
      }),
    );
}

function linksCommand() {
  return new Command('links')
    .description('Prints links to the files of a model, which work without credentials for 15 minutes.')
    .argument('<dataset>', DATASET)
    .argument('[modelId]', SERVING)
    .addHelpText('after', examples('goldpan models links birds', 'goldpan models links birds --json > links.json'))
    .action((dataset, modelId, _options, command) =>
      runCommand(command, {
        schema: LinksOutput,
        run: (context) => linkModel(context, dataset, modelId),
        print: printLinks,
      }),
    );
}

function compareCommand() {
  return new Command('compare')
    .description('Compares the test-split metrics of models trained on the same snapshot.')
    .argument('<dataset>', DATASET)
    .argument('[modelId...]', 'ids of models; default: every model of the snapshot that the current one was trained on')
    .addHelpText('after', examples('goldpan models compare birds', 'goldpan models compare birds vae-1f3a gan-77b0'))
    .action((dataset, ids, _options, command) =>
      runCommand(command, {
        schema: CompareOutput,
        run: (context) => compareModels(context, dataset, ids),
        print: printComparison,
      }),
    );
}

function promoteCommand() {
  return new Command('promote')
    .description('Makes a model the current one, which serves requests, unless it is worse.')
    .argument('<dataset>', DATASET)
    .argument('<modelId>', MODEL)
    .option('--force', 'promote a worse model; your name is recorded')
    .addHelpText('after', examples('goldpan models promote birds vae-1f3a'))
    .action((dataset, modelId, { force = false }, command) =>
      runCommand(command, { ...promotion, run: (context) => promoteModel(context, dataset, modelId, { force }) }),
    );
}

function rollbackCommand() {
  return new Command('rollback')
    .description('Makes the previous current model serve again.')
    .argument('<dataset>', DATASET)
    .option('--to <modelId>', 'a model that served earlier')
    .addHelpText('after', examples('goldpan models rollback birds'))
    .action((dataset, { to = null }, command) =>
      runCommand(command, { ...promotion, run: (context) => rollBackModel(context, dataset, to) }),
    );
}

// goldpan config show | check | edit | set
import { Command } from '@commander-js/extra-typings';
import { checkFile } from '#client/check-file.ts';
import { checkConfig } from '#client/datasets/config/check-config.ts';
import { editConfig } from '#client/datasets/config/edit-config.ts';
import {
  ConfigCheckOutput,
  ConfigEditedOutput,
  ConfigOutput,
  ConfigSetOutput,
} from '#client/datasets/config/output.ts';
import { checkPairs, setConfig } from '#client/datasets/config/set-config.ts';
import { showConfig } from '#client/datasets/config/show-config.ts';
import { printConfig, printConfigCheck, printConfigEdited, printConfigSet } from '../../print/data/config.ts';
import { runCommand } from '../../run-command.ts';
import { DATASET, examples, STALL_SECONDS, TIMEOUT_WORDS, wholeNumber } from '../arguments.ts';

export function configCommand() {
  return new Command('config')
    .description('Shows and changes the configuration of a dataset.')
    .addHelpText('after', examples('goldpan config show birds'))
    .addCommand(showCommand())
    .addCommand(checkCommand())
    .addCommand(editCommand())
    .addCommand(setCommand());
}

function showCommand() {
  return new Command('show')
    .description('Shows every setting in force and where its value comes from: dataset.yaml, inference or default.')
    .argument('<dataset>', DATASET)
    .option('--all', 'also rules with their default values')
    .addHelpText('after', examples('goldpan config show birds --all'))
    .action((dataset, { all = false }, command) =>
      runCommand(command, {
        schema: ConfigOutput,
        run: (context) => showConfig(context, dataset),
        print: (output, style) => printConfig(output, style, all),
      }),
    );
}

function checkCommand() {
  return new Command('check')
    .description('Checks a dataset.yaml, and shows what it would change and on how many items its rules would act.')
    .argument('<dataset>', DATASET)
    .argument('<file>', 'the dataset.yaml')
    .addHelpText('after', examples('goldpan config check birds dataset.yaml'))
    .action((dataset, file, _options, command) =>
      runCommand(command, {
        schema: ConfigCheckOutput,
        check: () => checkFile(file),
        run: (context) => checkConfig(context, dataset, file),
        print: printConfigCheck,
      }),
    );
}

function editCommand() {
  return new Command('edit')
    .description('Writes the dataset.yaml of a dataset to a file, to be edited, checked and put.')
    .argument('<dataset>', DATASET)
    .option('-o, --out <file>', 'where to write it', 'dataset.yaml')
    .option('--force', 'overwrite an existing file')
    .addHelpText('after', examples('goldpan config edit birds --out dataset.yaml'))
    .action((dataset, { out, force = false }, command) =>
      runCommand(command, {
        schema: ConfigEditedOutput,
        run: (context) => editConfig(context, dataset, { out, force }),
        print: printConfigEdited,
      }),
    );
}

function setCommand() {
  return new Command('set')
    .description('Changes settings in dataset.yaml and cleans the dataset again where its items depend on them.')
    .argument('<dataset>', DATASET)
    .argument('<setting=value...>', 'settings as `goldpan config show` names them')
    .option('--dry-run', 'only show what would change')
    .option('--no-wait', 'return once the change is in force')
    .option('--timeout <seconds>', TIMEOUT_WORDS, wholeNumber, STALL_SECONDS)
    .addHelpText('after', examples('goldpan config set birds rules.image.blurry.action=reject --dry-run'))
    .action((dataset, pairs, { dryRun = false, wait, timeout }, command) =>
      runCommand(command, {
        schema: ConfigSetOutput,
        check: () => checkPairs(pairs),
        run: (context) => setConfig(context, dataset, pairs, { dryRun, wait, timeoutMs: timeout * 1000 }),
        print: printConfigSet,
      }),
    );
}

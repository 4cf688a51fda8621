// goldpan schema show | edit | accept
import { Command } from '@commander-js/extra-typings';
import { acceptSchema } from '#client/datasets/schema/accept-schema.ts';
import { SchemaAcceptedOutput, SchemaEditedOutput, SchemaOutput } from '#client/datasets/schema/output.ts';
import { editSchema, showSchema } from '#client/datasets/schema/show-schema.ts';
import { printAccepted, printEdited, printSchema } from '../../print/data/schema.ts';
import { runCommand } from '../../run-command.ts';
import { DATASET, examples, STALL_SECONDS, TIMEOUT_WORDS, wholeNumber } from '../arguments.ts';

export function schemaCommand() {
  return new Command('schema')
    .description('Shows, edits or accepts the schema that every row of a table is checked against.')
    .addHelpText('after', examples('goldpan schema show adult'))
    .addCommand(showCommand())
    .addCommand(editCommand())
    .addCommand(acceptCommand());
}

function showCommand() {
  return new Command('show')
    .description('Prints the newest version as YAML, with the rules that fit the data as comments.')
    .argument('<dataset>', DATASET)
    .argument('[version]', 'an earlier version', wholeNumber)
    .addHelpText('after', examples('goldpan schema show adult', 'goldpan schema show adult 1'))
    .action((dataset, version, _options, command) =>
      runCommand(command, {
        schema: SchemaOutput,
        run: (context) => showSchema(context, dataset, { version }),
        print: printSchema,
      }),
    );
}

function editCommand() {
  return new Command('edit')
    .description('Writes the newest version to a file, to be edited and accepted.')
    .argument('<dataset>', DATASET)
    .option('-o, --out <file>', 'where to write it', 'schema.yaml')
    .option('--force', 'overwrite an existing file')
    .addHelpText('after', examples('goldpan schema edit adult --out schema.yaml'))
    .action((dataset, { out, force = false }, command) =>
      runCommand(command, {
        schema: SchemaEditedOutput,
        run: (context) => editSchema(context, dataset, { out, force }),
        print: printEdited,
      }),
    );
}

function acceptCommand() {
  return new Command('accept')
    .description('Makes a file the next version of the schema, and cleans the dataset again under it.')
    .argument('<dataset>', DATASET)
    .argument('<file>', 'the edited schema')
    .option('--dry-run', 'only show what would change')
    .option('--no-wait', 'return once it is in force')
    .option('--timeout <seconds>', TIMEOUT_WORDS, wholeNumber, STALL_SECONDS)
    .addHelpText('after', examples('goldpan schema accept adult schema.yaml --dry-run'))
    .action((dataset, file, { dryRun = false, wait, timeout }, command) =>
      runCommand(command, {
        schema: SchemaAcceptedOutput,
        run: (context) => acceptSchema(context, dataset, file, { dryRun, wait, timeoutMs: timeout * 1000 }),
        print: printAccepted,
      }),
    );
}

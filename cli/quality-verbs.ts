// The verbs about good and bad items, with their arguments and help.
import type { Command } from 'commander';
import * as answers from '#client/datasets/quality-answers.ts';
import { listQuarantine, printHeld, printQuarantine, showHeld } from '#client/datasets/quarantine/quarantine.ts';
import { printReleased, release } from '#client/datasets/quarantine/release.ts';
import { printReport, report } from '#client/datasets/report.ts';
import * as schemas from '#client/datasets/schema/output.ts';
import {
  acceptSchema,
  editSchema,
  printAccepted,
  printEdited,
  printSchema,
  showSchema,
} from '#client/datasets/schema/schema.ts';
import { EXIT } from '#client/failure.ts';
import { globals, issueCode, wholeNumber } from './arguments.ts';
import { check, printChecked } from './local/check.ts';
import { runMachineVerb, runVerb } from './run-verb.ts';

const SHOWN = 20;
const SHOWN_A_FILE = 5;
const STALL_SECONDS = 600;

export function addQualityVerbs(program: Command): void {
  addQuarantineVerbs(program);
  addSchemaVerbs(program);
  program
    .command('report')
    .description('one page on how good the data is, why, and what to do next; nothing is trained')
    .argument('<dataset>')
    .option('-o, --out <file>', 'where to; else <dataset>-quality.html here')
    .action((dataset: string, options, command: Command) =>
      runVerb(globals(command), {
        schema: answers.ReportAnswer,
        run: (context) => report(context, dataset, options),
        print: printReport,
      }),
    );
  program
    .command('check')
    .description('clean files on this machine by the same rules, with no cloud at all')
    .argument('<path...>', 'files, folders, archives')
    .option('--config <file>', 'a dataset.yaml; else inferred from the files')
    .option('--show <n>', 'issues to name of each file', wholeNumber, SHOWN_A_FILE)
    .addHelpText('after', '\nExample: goldpan check photos/ --config dataset.yaml')
    .action((paths: string[], options, command: Command) =>
      runMachineVerb(globals(command), {
        schema: answers.CheckAnswer,
        run: (terminal) => check(terminal, paths, options),
        print: printChecked,
        exitCode: ({ items }) => (items.rejected > 0 ? EXIT.failed : EXIT.ok),
      }),
    );
}

function addQuarantineVerbs(program: Command): void {
  const quarantine = program.command('quarantine').description('what was rejected: list, show, release or fix it');
  quarantine
    .command('list')
    .argument('<dataset>')
    .option('--rule <code>', 'only what was rejected for it; may be repeated', issueCode, [])
    .option('--show <n>', 'items to name', wholeNumber, SHOWN)
    .action((dataset: string, { rule, show }, command: Command) => {
      const options = { rules: rule, show: globals(command).json ? Number.POSITIVE_INFINITY : show };
      return runVerb(globals(command), {
        schema: answers.QuarantineAnswer,
        run: (context) => listQuarantine(context, dataset, options),
        print: printQuarantine,
      });
    });
  quarantine
    .command('show')
    .description('one item: its issues in words, and itself')
    .argument('<dataset>')
    .argument('<item>', 'id, path or path:line')
    .option('-o, --out <file>', 'write the row, the document or the bytes there')
    .action((dataset: string, item: string, options, command: Command) =>
      runVerb(globals(command), {
        schema: answers.HeldItemAnswer,
        run: (context) => showHeld(context, dataset, item, options),
        print: printHeld,
      }),
    );
  for (const [mode, words] of [
    ['release', 'clean items once more with what they were rejected for waived; it is kept who did so'],
    ['fix', 'clean items once more with what they were rejected for mended; it is kept who did so'],
  ] as const) {
    quarantine
      .command(mode)
      .description(words)
      .argument('<dataset>')
      .argument('[item...]', 'ids, paths or path:line; without any: all that --rule names')
      .option('--rule <code>', 'this rule only; may be repeated', issueCode, [])
      .option('--timeout <seconds>', 'give up after so long without any new verdict', wholeNumber, STALL_SECONDS)
      .action((dataset: string, items: string[], { rule, timeout }, command: Command) =>
        runVerb(globals(command), {
          schema: answers.ReleaseAnswer,
          run: (context) => release(context, dataset, items, { mode, rules: rule, timeoutMs: timeout * 1000 }),
          print: printReleased,
          exitCode: ({ rejected, impossible }) => (rejected.length + impossible.length > 0 ? EXIT.failed : EXIT.ok),
        }),
      );
  }
}

function addSchemaVerbs(program: Command): void {
  const schema = program.command('schema').description('what every row of a table is held to: show, edit or accept it');
  schema
    .command('show')
    .description('the newest version as YAML, with the rules that the data would bear')
    .argument('<dataset>')
    .argument('[version]', 'an earlier one', wholeNumber)
    .action((dataset: string, version: number | undefined, _options, command: Command) =>
      runVerb(globals(command), {
        schema: schemas.SchemaAnswer,
        run: (context) => showSchema(context, dataset, { version }),
        print: printSchema,
      }),
    );
  schema
    .command('edit')
    .description('write the newest version to a file')
    .argument('<dataset>')
    .option('-o, --out <file>', 'where to', 'schema.yaml')
    .option('--force', 'over a file that is there')
    .action((dataset: string, { out, force = false }, command: Command) =>
      runVerb(globals(command), {
        schema: schemas.SchemaEditedAnswer,
        run: (context) => editSchema(context, dataset, { out, force }),
        print: printEdited,
      }),
    );
  schema
    .command('accept')
    .description('make a file the next version, and clean the dataset again under it')
    .argument('<dataset>')
    .argument('<file>')
    .option('--dry-run', 'only say what would change')
    .option('--no-wait', 'return once it is in force')
    .option('--timeout <seconds>', 'give up after so long without any new verdict', wholeNumber, STALL_SECONDS)
    .action((dataset: string, file: string, { dryRun = false, wait, timeout }, command: Command) =>
      runVerb(globals(command), {
        schema: schemas.SchemaAcceptedAnswer,
        run: (context) => acceptSchema(context, dataset, file, { dryRun, wait, timeoutMs: timeout * 1000 }),
        print: printAccepted,
      }),
    );
}

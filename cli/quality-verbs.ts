// The verbs about good and bad items, with their arguments and help.
import type { Command } from 'commander';
import { globals, issueCode, wholeNumber } from './arguments.ts';
import { EXIT } from './failure.ts';
import * as answers from './quality-answers.ts';
import { runMachineVerb, runVerb } from './run-verb.ts';
import { check, printChecked } from './verbs/check.ts';
import { listQuarantine, printHeld, printQuarantine, showHeld } from './verbs/quarantine.ts';
import { printReleased, release } from './verbs/release.ts';

const SHOWN = 20;
const SHOWN_A_FILE = 5;
const STALL_SECONDS = 600;

export function addQualityVerbs(program: Command): void {
  addQuarantineVerbs(program);
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

// goldpan quarantine list | show | release | fix
import { Command } from '@commander-js/extra-typings';
import { listQuarantine } from '#client/datasets/quarantine/list-quarantine.ts';
import { HeldItemOutput, QuarantineOutput, ReleaseOutput } from '#client/datasets/quarantine/output.ts';
import { release } from '#client/datasets/quarantine/release.ts';
import { showHeld } from '#client/datasets/quarantine/show-held.ts';
import { EXIT } from '#client/failure.ts';
import { printHeld, printQuarantine } from '../../print/data/quarantine.ts';
import { printReleased } from '../../print/data/release.ts';
import { globalsOf, runCommand } from '../../run-command.ts';
import { DATASET, examples, issueCode, SHOWN, STALL_SECONDS, TIMEOUT_WORDS, wholeNumber } from '../arguments.ts';

export function quarantineCommand() {
  return new Command('quarantine')
    .description('Lists, shows, releases or fixes rejected items.')
    .addHelpText('after', examples('goldpan quarantine list birds', 'goldpan quarantine release birds 3f2a91'))
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(repeatCommand('release', 'Accepts items despite the rules that rejected them. Your name is recorded.'))
    .addCommand(
      repeatCommand(
        'fix',
        'Corrects the faults that items were rejected for and accepts the items. Your name is recorded.',
      ),
    );
}

function listCommand() {
  return new Command('list')
    .description('Lists rejected items and counts them by issue, upload and file.')
    .argument('<dataset>', DATASET)
    .option('--rule <code>', 'only items rejected for this issue code; may be repeated', issueCode, [])
    .option('--show <n>', 'number of items to list', wholeNumber, SHOWN)
    .addHelpText('after', examples('goldpan quarantine list birds --rule image.blurry'))
    .action((dataset, { rule, show }, command) => {
      const options = { rules: rule, show: globalsOf(command).json ? Number.POSITIVE_INFINITY : show };
      return runCommand(command, {
        schema: QuarantineOutput,
        run: (context) => listQuarantine(context, dataset, options),
        print: printQuarantine,
      });
    });
}

function showCommand() {
  return new Command('show')
    .description('Shows one item: its issues, where it came from, and the item itself.')
    .argument('<dataset>', DATASET)
    .argument('<item>', 'id, path or path:line')
    .option('-o, --out <file>', 'write the row, the document or the bytes to this file')
    .addHelpText('after', examples('goldpan quarantine show adult adult.csv:42 --out row.csv'))
    .action((dataset, item, options, command) =>
      runCommand(command, {
        schema: HeldItemOutput,
        run: (context) => showHeld(context, dataset, item, options),
        print: printHeld,
      }),
    );
}

function repeatCommand(mode: 'release' | 'fix', description: string) {
  return new Command(mode)
    .description(description)
    .argument('<dataset>', DATASET)
    .argument('[item...]', 'ids, paths or path:line; default: every item that --rule names')
    .option('--rule <code>', 'only for this issue code; may be repeated', issueCode, [])
    .option('--timeout <seconds>', TIMEOUT_WORDS, wholeNumber, STALL_SECONDS)
    .addHelpText('after', examples(`goldpan quarantine ${mode} names --rule text.too-long`))
    .action((dataset, items, { rule, timeout }, command) =>
      runCommand(command, {
        schema: ReleaseOutput,
        run: (context) => release(context, dataset, items, { mode, rules: rule, timeoutMs: timeout * 1000 }),
        print: printReleased,
        exitCode: ({ rejected, impossible }) => (rejected.length + impossible.length > 0 ? EXIT.failed : EXIT.ok),
      }),
    );
}

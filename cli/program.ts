// The command line as a whole: global options, and every command of the catalogue.
import { Command, Option } from '@commander-js/extra-typings';
import { CATALOGUE, COMMAND_NAMES } from './commands/catalogue.ts';

/**
 * Loads the files of the commands named anywhere in `words`; the others are known by name and summary only. Parsing throws
 * CommanderError instead of ending the process.
 */
export async function buildProgram(version: string, words: readonly string[] = COMMAND_NAMES) {
  const program = new Command('goldpan')
    .description('Cleans raw data and trains a generative model on it.')
    .version(version)
    .option(
      '--endpoint <url>',
      'endpoint of the deployment; default: AWS_ENDPOINT_URL, .goldpan/target.json, AWS profile',
    )
    .option('--stack <name>', 'name of the stack; it is goldpan-<stage> if it was deployed with -c stage=<stage>')
    .option('--json', 'print one JSON document on stdout')
    .addOption(
      new Option('--progress <format>', 'progress on stderr: text for people, or json, one event a line')
        .choices(['text', 'json'] as const)
        .default('text' as const),
    )
    .exitOverride()
    .showHelpAfterError('(goldpan --help lists the commands)')
    .addHelpText(
      'after',
      '\nExample:\n  $ goldpan put photos/ --dataset birds\n\nExit codes: 0 done, 1 failed, 2 wrong usage.',
    );
  for (const [group, entries] of Object.entries(CATALOGUE)) {
    program.commandsGroup(group);
    for (const { name, summary, load } of entries) {
      const command = words.includes(name) ? (await load())() : new Command(name);
      program.addCommand(command.summary(summary).copyInheritedSettings(program));
    }
  }
  return program;
}

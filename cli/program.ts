// The command line as a whole: global options, and every command of the catalogue.
import { Command, type CommandUnknownOpts, Help, Option } from '@commander-js/extra-typings';
import { closestName } from '#client/did-you-mean.ts';
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
    .configureHelp({ optionDescription: describeOption, argumentDescription: describeArgument })
    .configureOutput({ outputError: (message, write) => write(inOurWords(message)) })
    .showHelpAfterError('(goldpan --help lists the commands)')
    .addHelpText(
      'after',
      '\nExample:\n  $ goldpan put photos/ --dataset birds\n\nExit codes: 0 done, 1 failed, 2 wrong usage.',
    );
  for (const [group, entries] of Object.entries(CATALOGUE)) {
    program.commandsGroup(group);
    for (const { name, summary, load } of entries) {
      const command = words.includes(name) ? (await load())() : new Command(name);
      program.addCommand(command.summary(summary));
      inherit(command, program, `goldpan ${name}`, words);
    }
  }
  return program;
}

/** Errors of usage end with how the command is written, also those of commands within commands. */
function inherit(command: CommandUnknownOpts, from: CommandUnknownOpts, path: string, words: readonly string[]): void {
  command
    .copyInheritedSettings(from)
    .configureOutput({
      outputError: (message, write) => write(inOurWords(unknownWord(misspelt(message, command, words), command, path))),
    })
    .showHelpAfterError(`Usage: ${path} ${command.usage()}\n${path} --help shows an example.`);
  for (const inner of command.commands) inherit(inner, command, `${path} ${inner.name()}`, words);
}

const HELP = new Help();

/** Leaves out that a list is empty by default. */
const describeOption: Help['optionDescription'] = (option) =>
  isEmptyList(option.defaultValue) ? option.description : HELP.optionDescription(option);
const describeArgument: Help['argumentDescription'] = (argument) =>
  isEmptyList(argument.defaultValue) ? argument.description : HELP.argumentDescription(argument);

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** The parser looks for missing options before unknown ones, although the one that is missing may be the one that was misspelt. */
function misspelt(message: string, command: CommandUnknownOpts, words: readonly string[]): string {
  if (!message.startsWith('error: required option')) return message;
  const known = new Set(['--help']);
  for (let at: CommandUnknownOpts | null = command; at !== null; at = at.parent)
    for (const { long } of at.options) if (long) known.add(long);
  const given = words.map((word) => word.split('=')[0] as string);
  const unknown = given.find((word) => word.startsWith('--') && word !== '--' && !known.has(word));
  if (unknown === undefined) return message;
  const meant = closestName(unknown, known);
  return `error: unknown option '${unknown}'${meant ? `\n(Did you mean ${meant}?)` : ''}\n`;
}

/** `goldpan models birds` lacks the word list. */
function unknownWord(message: string, command: CommandUnknownOpts, path: string): string {
  const word = /^error: unknown command '([^']+)'\n?$/.exec(message)?.[1];
  if (word === undefined || command.commands.length === 0) return message;
  const names = command.commands.map((one) => one.name());
  const takesWord = command.commands.find((one) => one.name() === 'list')?.registeredArguments.length;
  const example = takesWord ? ` Perhaps you mean: ${path} list ${word}` : '';
  return `error: unknown command '${word}'\n${path} has the commands ${names.join(', ')}.${example}\n`;
}

/** Says what is missing in the words of the help, where the parser speaks of required arguments and specified options. */
function inOurWords(message: string): string {
  return message
    .replace(/^error: missing required argument '(.+)'/, 'goldpan: <$1> is missing.')
    .replace(/^error: required option '(.+)' not specified/, 'goldpan: the option $1 is missing.')
    .replace(/^error: option '(.+)' argument missing/, 'goldpan: the option $1 needs a value.')
    .replace(/^error: command-argument value '(.*)' is invalid for argument '(.+?)'\. /, 'goldpan: <$2> cannot be $1. ')
    .replace(/^error: option '(.+?)' argument '(.*)' is invalid\. /, 'goldpan: the option $1 cannot be $2. ')
    .replace(/Allowed choices are (.+)\./, 'It is one of $1.')
    .replace(
      /^error: too many arguments for '(.+?)'\. Expected (\d+) arguments? but got (\d+)/,
      (_, name, most, given) => `goldpan: ${name} takes ${most} argument${most === '1' ? '' : 's'}, not ${given}`,
    )
    .replace(/^error: /, 'goldpan: ');
}

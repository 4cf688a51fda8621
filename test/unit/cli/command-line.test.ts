import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { expect, test } from 'vitest';
import { ROOT } from '#client/target.ts';
import { COMMAND_NAMES } from '../../../cli/commands/catalogue.ts';
import { mixCommand } from '../../../cli/commands/models/mix.ts';
import { ErrorOutput } from '../../../cli/error-output.ts';
import { buildProgram } from '../../../cli/program.ts';

const BIN = join(ROOT, 'cli', 'bin.mjs');

type Ended = { code: number; stdout: string; stderr: string };

async function goldpan(...args: string[]): Promise<Ended> {
  const environment = { ...process.env, AWS_ENDPOINT_URL: 'http://127.0.0.1:9' };
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, [BIN, ...args], { env: environment })) };
  } catch (error) {
    return error as Ended;
  }
}

test('the launcher hands on arguments, streams and exit codes: usage is 2', async () => {
  const { code, stderr, stdout } = await goldpan('put', 'x');
  expect(code).toBe(2);
  expect(stderr).toContain('--dataset');
  expect(stdout).toBe('');
});

test('a dataset where a word such as list is missing is told the words, and the command that was meant', async () => {
  const { code, stderr } = await goldpan('quarantine', 'birds');
  expect(code).toBe(2);
  expect(stderr).toContain("unknown command 'birds'\ngoldpan quarantine has the commands list, show, release, fix.");
  expect(stderr).toContain('Perhaps you mean: goldpan quarantine list birds');
});

test('a failure is 1, in plain words on stderr, and one line on stdout with --json', async () => {
  const { code, stdout, stderr } = await goldpan('status', 'digits', '--json');
  expect(code).toBe(1);
  expect(stdout.indexOf('\n')).toBe(stdout.length - 1);
  expect(ErrorOutput.parse(JSON.parse(stdout)).error.message).toContain('Nothing answers at http://127.0.0.1:9');
  expect(stderr).toContain('target: http://127.0.0.1:9');
  expect(stderr).not.toMatch(/\n\s+at /);
});

test('every command, argument and option has a description, and every command an example that starts as it is typed', async () => {
  const pending: { path: string; command: CommandUnknownOpts }[] = [
    { path: 'goldpan', command: await buildProgram('1.0.0') },
  ];
  for (const { path, command } of pending) {
    pending.push(...command.commands.map((inner) => ({ path: `${path} ${inner.name()}`, command: inner })));
    expect(command.description(), path).toMatch(/^[A-Z].*\.$/);
    for (const option of command.options) expect(option.description, `${path} ${option.flags}`).not.toBe('');
    for (const argument of command.registeredArguments) expect(argument.description, path).not.toBe('');
    expect(helpOf(command), path).not.toContain('(default: [])');
    expect(helpOf(command), path).toMatch(new RegExp(`Examples?:\n.*${path}\\b`));
  }
  expect(pending.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['goldpan put', 'goldpan runs resume', 'goldpan models compare', 'goldpan local up']),
  );
});

test('only the files of the commands that were typed are loaded', async () => {
  const program = await buildProgram('1.0.0', ['--json', 'status']);
  const described = program.commands.filter((command) => command.description() !== '').map((one) => one.name());
  expect(described).toEqual(['status']);
  expect(program.commands.map((command) => command.name())).toEqual(COMMAND_NAMES);
});

test('all commands are described without a native library, on other systems, too', async () => {
  const foreign = `Object.defineProperty(process, 'platform', { value: 'darwin' });
    process.dlopen = (_, file) => { throw new Error('loaded ' + file); };`;
  const flags = [
    '--disable-warning=ExperimentalWarning',
    '--import',
    `data:text/javascript,${encodeURIComponent(foreign)}`,
  ];
  const main = join(ROOT, 'cli', 'main.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, main, 'completion', 'bash']);
  for (const name of COMMAND_NAMES) expect(stdout).toContain(name);
});

test('a misspelt command and a misspelt option give a suggestion', async () => {
  expect((await goldpan('stauts')).stderr).toContain('Did you mean status?');
  expect((await goldpan('status', '--shwo', '3')).stderr).toContain('Did you mean --show?');
  expect((await goldpan('quarantine', 'list', 'x', '--rule', 'image.blury')).stderr).toContain(
    'Did you mean image.blurry?',
  );
});

test('every option and every command within a command is suggested where one letter of it is missing', async () => {
  const typos = misspeltIn([], await buildProgram('1.0.0'));
  expect(typos.length).toBeGreaterThan(100);
  const silent: string[] = [];
  for (const { words, meant } of typos) {
    const said = await complaintAbout(words);
    const suggested = /Did you mean (?:one of )?(.+)\?/.exec(said)?.[1]?.split(', ') ?? [];
    if (!suggested.includes(meant)) silent.push(`${words.join(' ')}: ${said.split('\n')[0]}`);
  }
  expect(silent).toEqual([]);
});

type Typo = { readonly words: readonly string[]; readonly meant: string };

/** Names of at least three letters without the last but one. */
function misspeltIn(path: readonly string[], command: CommandUnknownOpts): Typo[] {
  const drop = (name: string) => name.slice(0, -2) + name.slice(-1);
  const options = command.options.flatMap(({ long }): Typo[] =>
    long && long.length > 4 ? [{ words: [...path, drop(long), 'x'], meant: long }] : [],
  );
  return command.commands.reduce((typos, inner) => {
    const name = inner.name();
    if (name.length > 2) typos.push({ words: [...path, drop(name)], meant: name });
    return typos.concat(misspeltIn([...path, name], inner));
  }, options);
}

async function complaintAbout(words: readonly string[]): Promise<string> {
  const program = await buildProgram('1.0.0', words);
  const printed: string[] = [];
  const listen = (command: CommandUnknownOpts) => {
    command.configureOutput({ writeErr: (text) => void printed.push(text), writeOut: () => undefined });
    command.commands.forEach(listen);
  };
  listen(program);
  await expect(program.parseAsync(['node', 'goldpan', ...words]), words.join(' ')).rejects.toMatchObject({
    exitCode: 1,
  });
  return printed.join('');
}

function helpOf(command: CommandUnknownOpts): string {
  let text = '';
  command.configureOutput({
    writeOut: (words) => {
      text += words;
    },
  });
  command.outputHelp();
  return text;
}

test.each([
  [
    ['runs', 'resume', 'birds'],
    'goldpan: <runId> is missing.\nUsage: goldpan runs resume [options] <dataset> <runId>\n',
  ],
  [['put', 'photos'], 'goldpan: the option -d, --dataset <name> is missing.\nUsage: goldpan put [options] <path...>\n'],
  [['fit', 'birds', '--budget'], 'goldpan: the option --budget <time> needs a value.\nUsage: goldpan fit'],
  [['completion', 'fish'], 'goldpan: <shell> cannot be fish. It is one of bash, zsh.\nUsage: goldpan completion'],
  [
    ['export', 'birds', '--out', 'x', '--as', 'xml'],
    'goldpan: the option --as <format> cannot be xml. It is one of folder',
  ],
  [['sample', 'birds', '-n', 'x'], 'goldpan: the option -n <count> cannot be x. It must be a number'],
  [['fit', 'birds', 'cats'], 'goldpan: fit takes 1 argument, not 2: birds, cats'],
  [['sample', 'birds', '--nn', '4'], "goldpan: unknown option '--nn'\nUsage: goldpan sample"],
])('an error of usage says what is missing and how the command is written: %s', async (words, said) => {
  expect(await complaintAbout(words)).toContain(said);
});

test('weights of a mix are given in one list, or one for each item', () => {
  const command = mixCommand();
  command.parseOptions(['--weights', '0.7,0.3', '--weight', '2']);
  expect(command.opts().weights).toEqual([0.7, 0.3, 2]);
});

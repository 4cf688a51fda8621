// Runs one command: opens the deployment, prints the output for people or as one JSON document, and sets the exit code.
import type * as z from 'zod';
import { type Context, wallClock } from '#client/context.ts';
import { checkedDataset } from '#client/datasets/checked-dataset.ts';
import type { Deployment } from '#client/deployment.ts';
import { EXIT, type ExitCode, explainError } from '#client/failure.ts';
import { nameOfPerson } from '#client/person.ts';
import {
  describeTarget,
  environmentOf,
  findTargetFile,
  resolveTarget,
  setEnvironment,
  type Target,
} from '#client/target.ts';
import type { ErrorOutput } from './error-output.ts';
import { eventLines } from './print/event-lines.ts';
import { eventPrinter } from './print/events.ts';
import { plainOutput, plainText } from './terminal/plain-text.ts';
import { jsonLines, openTerminal, type Style, type Terminal } from './terminal/terminal.ts';
import { writeBytes } from './terminal/write-bytes.ts';

export type GlobalOptions = {
  readonly endpoint?: string | undefined;
  readonly stack?: string | undefined;
  readonly json?: true | undefined;
  readonly progress?: 'text' | 'json' | undefined;
};
/** A command of commander, with whatever arguments and options. */
type Parsed = {
  optsWithGlobals(): unknown;
  readonly registeredArguments: readonly { name(): string }[];
  readonly processedArgs: readonly unknown[];
};
type Printed<Output> = {
  /** The schema of the output with --json. */
  readonly schema: z.ZodType<Output>;
  print(output: Output, style: Style): string;
  exitCode?(output: Output): ExitCode;
};
export type CommandRun<Output> = Printed<Output> & {
  /** Throws ClientFailure for what cannot be right whatever is deployed; called before anything is asked of a deployment. */
  check?(options: GlobalOptions): void;
  run(context: Context, terminal: Terminal): Promise<Output>;
};
/** Works on this machine and needs no deployed stack. */
export type LocalRun<Output> = Printed<Output> & { run(terminal: Terminal): Promise<Output> };

/** Never throws: a failure is printed in plain words and sets the exit code. */
export async function runCommand<Output>(command: Parsed, given: CommandRun<Output>): Promise<void> {
  const options = globalsOf(command);
  let endpoint: string | undefined;
  await settle(
    options,
    given,
    () => endpoint,
    async (terminal) => {
      checkDatasets(command);
      given.check?.(options);
      const target = resolveTarget(options, process.env, findTargetFile(process.cwd()));
      endpoint = target.endpoint;
      setEnvironment(environmentOf(target, process.env), process.env);
      terminal.say(terminal.style.dim(`target: ${describeTarget(target, process.env)}`));
      return given.run(await openContext(target, terminal, options), terminal);
    },
  );
}

export function runLocally<Output>(command: Parsed, given: LocalRun<Output>): Promise<void> {
  return settle(
    globalsOf(command),
    given,
    () => undefined,
    (terminal) => given.run(terminal),
  );
}

export function globalsOf(command: Parsed): GlobalOptions {
  return command.optsWithGlobals() as GlobalOptions;
}

export async function openContext(
  target: Target,
  terminal: Terminal,
  { progress = 'text', json }: Pick<GlobalOptions, 'progress' | 'json'> = {},
): Promise<Context> {
  const { openDeployment } = await import('#client/deployment.ts');
  const opened = contextOf(await openDeployment(target), terminal);
  const context = json ? opened : { ...opened, stdout: writeBytes };
  return progress === 'json' ? { ...context, notify: eventLines(process.stderr, wallClock.now) } : context;
}

export function contextOf(deployment: Deployment, terminal: Terminal): Context {
  return {
    deployment,
    notify: eventPrinter(terminal, wallClock.now),
    clock: wallClock,
    person: nameOfPerson(process.env),
  };
}

function checkDatasets({ registeredArguments, processedArgs }: Parsed): void {
  for (const [place, argument] of registeredArguments.entries()) {
    const value = processedArgs[place];
    if (argument.name() === 'dataset' && typeof value === 'string') checkedDataset(value);
  }
}

async function settle<Output>(
  { json, progress = 'text' }: Pick<GlobalOptions, 'json' | 'progress'>,
  { schema, print, exitCode }: Printed<Output>,
  endpoint: () => string | undefined,
  run: (terminal: Terminal) => Promise<Output>,
): Promise<void> {
  const opened = openTerminal(process.stdout, process.stderr, process.env);
  const terminal = progress === 'json' ? jsonLines(opened, process.stderr) : opened;
  try {
    const output = await run(terminal);
    terminal.live(undefined);
    if (json) terminal.json(schema.parse(output));
    else printData(terminal, print(plainOutput(output), terminal.dataStyle));
    process.exitCode = exitCode?.(output) ?? EXIT.ok;
  } catch (error) {
    terminal.live(undefined);
    const failure = explainError(error, endpoint());
    const { message, next = null } = failure;
    if (json) terminal.json({ error: { message, next, exitCode: failure.exitCode } } satisfies ErrorOutput);
    const advice = next === null ? '' : `\n  ${plainText(next)}`;
    terminal.say(`${terminal.style.bad('goldpan:')} ${plainText(message)}${advice}`);
    process.exitCode = failure.exitCode;
  }
}

/** Nothing is printed where the data itself went to standard output. */
function printData(terminal: Terminal, text: string): void {
  if (text !== '') terminal.data(text);
}

// Runs one verb: opens the cloud, prints the answer as words or as one JSON document, and settles the exit code.
import { userInfo } from 'node:os';
import type * as z from 'zod';
import type { ErrorAnswer } from '#client/answers.ts';
import { type Context, wallClock } from '#client/context.ts';
import { type Cloud, openCloud } from '#client/deployment.ts';
import { EXIT, type ExitCode, explainError } from '#client/failure.ts';
import { describeTarget, environmentOf, readTargetFile, resolveTarget, type Target } from '#client/target.ts';
import { openTerminal, type Style, type Terminal } from './terminal/terminal.ts';

export type GlobalOptions = { readonly endpoint?: string; readonly stack?: string; readonly json?: boolean };

export type Verb<Answer> = {
  readonly schema: z.ZodType<Answer>;
  run(context: Context, target: Target): Promise<Answer>;
  print(answer: Answer, style: Style): string;
  exitCode?(answer: Answer): ExitCode;
};
/** A verb that works on this machine and needs no deployed stack. */
export type MachineVerb<Answer> = Omit<Verb<Answer>, 'run'> & { run(terminal: Terminal): Promise<Answer> };

/** Never throws: whatever goes wrong is said in plain words and told by the exit code. */
export async function runVerb<Answer>(options: GlobalOptions, verb: Verb<Answer>): Promise<void> {
  let endpoint: string | undefined;
  await settle(
    options,
    verb,
    () => endpoint,
    async (terminal) => {
      const target = resolveTarget(options, process.env, readTargetFile());
      endpoint = target.endpoint;
      setEnvironment(environmentOf(target, process.env));
      terminal.say(terminal.style.dim(`target: ${describeTarget(target, process.env)}`));
      return verb.run(contextOf(await openCloud(target), terminal), target);
    },
  );
}

export function runMachineVerb<Answer>(options: GlobalOptions, verb: MachineVerb<Answer>): Promise<void> {
  return settle(
    options,
    verb,
    () => undefined,
    (terminal) => verb.run(terminal),
  );
}

export function contextOf(cloud: Cloud, terminal: Terminal): Context {
  return { cloud, terminal, clock: wallClock, person: nameOfPerson() };
}

/** A member that is undefined is removed. */
export function setEnvironment(variables: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

async function settle<Answer>(
  { json = false }: GlobalOptions,
  { schema, print, exitCode }: Omit<Verb<Answer>, 'run'>,
  endpoint: () => string | undefined,
  run: (terminal: Terminal) => Promise<Answer>,
): Promise<void> {
  const terminal = openTerminal(process.stdout, process.stderr, process.env);
  try {
    const answer = await run(terminal);
    terminal.live(undefined);
    terminal.data(json ? JSON.stringify(schema.parse(answer), null, 2) : print(answer, terminal.style));
    process.exitCode = exitCode?.(answer) ?? EXIT.ok;
  } catch (error) {
    terminal.live(undefined);
    const failure = explainError(error, endpoint());
    const { message, next = null } = failure;
    if (json) {
      terminal.data(
        JSON.stringify({ error: { message, next, exitCode: failure.exitCode } } satisfies ErrorAnswer, null, 2),
      );
    }
    terminal.say(`${terminal.style.bad('goldpan:')} ${message}${next === null ? '' : `\n  ${next}`}`);
    process.exitCode = failure.exitCode;
  }
}

function nameOfPerson(): string {
  try {
    return process.env.USER || userInfo().username;
  } catch {
    return 'unknown';
  }
}

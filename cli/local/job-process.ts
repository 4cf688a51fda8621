// Runs a job as a child process: its output goes to stderr, and its last lines give the reason of a failure.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ClientFailure, EXIT } from '#client/failure.ts';
import { ROOT } from '#client/target.ts';
import type { JobExit, JobProcess } from '#client/training/worker/worker-deps.ts';
import { TRAINER_EXIT } from '#core/base/exit-codes.ts';
import { ENV } from '#core/base/names.ts';
import type { IndexJob, TrainingJob } from '#core/snapshot/messages.ts';

const TRAINER = join(ROOT, 'containers', 'trainer', 'main.ts');
const INDEXER = join(ROOT, 'containers', 'indexer', 'main.ts');
/** Heap limit of V8; index keeps its data about items in arrays outside the heap. */
const INDEXER_HEAP_MIB = 8_192;
const KEPT_LINES = 20;
const CHECKPOINTED: readonly number[] = [TRAINER_EXIT.interrupted, TRAINER_EXIT.terminated];

export type TrainerStart = {
  /** A program to start in place of the trainer of this checkout; it gets the same variables, and its exit code counts. */
  readonly program?: string | undefined;
  readonly variables?: Readonly<Record<string, string>>;
};

/** Throws ClientFailure in the package of npm, which has no trainer, unless a program takes its place. */
export function checkTrainer(program: string | undefined, trainer = TRAINER): void {
  if (program !== undefined || existsSync(trainer)) return;
  throw new ClientFailure('This installation is the npm package, which contains no trainer.', {
    next: 'Name a program that runs the trainer image: goldpan worker --trainer ./train.sh (docs/trainer-image.md in a checkout has one). Or run `goldpan worker` in a checkout after `npm run setup`.',
    exitCode: EXIT.usage,
  });
}

export function startTrainer(
  job: TrainingJob,
  dataBucket: string,
  { program, variables = {} }: TrainerStart = {},
): JobProcess {
  const [command, args] = program === undefined ? [process.execPath, [TRAINER]] : [program, []];
  return start(command, args, { ...variables, [ENV.job]: JSON.stringify(job), [ENV.dataBucket]: dataBucket });
}

export type IndexerStart = {
  readonly data: string;
  readonly drop: string;
  /** Whether Spark is used where it is set up. */
  readonly spark: boolean;
};

export function startIndexer(job: IndexJob, { data, drop, spark }: IndexerStart): JobProcess {
  return start(process.execPath, [`--max-old-space-size=${INDEXER_HEAP_MIB}`, INDEXER], {
    [ENV.job]: JSON.stringify(job),
    [ENV.dataBucket]: data,
    [ENV.dropBucket]: drop,
    ...(!spark && { [ENV.hasSpark]: 'false' }),
  });
}

/** Starts a process in the process group of its worker, so that killing the group ends all processes. */
function start(command: string, args: readonly string[], variables: Readonly<Record<string, string>>): JobProcess {
  const child = spawn(command, args, { env: { ...process.env, ...variables }, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const keep = (chunk: Buffer) => {
    process.stderr.write(chunk);
    lines.push(...chunk.toString('utf8').split('\n').filter(Boolean));
    lines.splice(0, Math.max(0, lines.length - KEPT_LINES));
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const exit = new Promise<JobExit>((resolve) => {
    child.once('error', ({ name, message }) => resolve({ ending: 'failed', error: { name, message } }));
    child.once('close', (code) => resolve({ ending: endingOf(code), error: errorIn(lines) }));
  });
  return { exit, stop: () => child.kill('SIGTERM') };
}

function endingOf(code: number | null): JobExit['ending'] {
  if (code === 0) return 'done';
  if (code === null) return 'killed';
  if (CHECKPOINTED.includes(code)) return 'interrupted';
  return code === TRAINER_EXIT.leaseLost ? 'held' : 'failed';
}

function errorIn(lines: readonly string[]): JobExit['error'] {
  const named = lines.flatMap((line) => {
    const match = /\b([A-Z]\w*(?:Error|Exception))\b:? ?(.*)/.exec(line);
    return match ? [{ name: match[1] as string, message: match[2] || line }] : [];
  });
  return named.at(-1) ?? { name: 'JobFailed', message: lines.at(-1) ?? 'the job wrote no output' };
}

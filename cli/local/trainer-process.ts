// The trainer as a child process: its words go to stderr, its last ones say why it failed.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '#client/target.ts';
import { ENV } from '#core/base/names.ts';
import type { TrainingJob } from '#core/snapshot/messages.ts';

const MAIN = join(ROOT, 'containers', 'trainer', 'main.ts');
const KEPT_LINES = 20;
/** What the trainer's exit code says (containers/trainer/exit-codes.ts). */
const HELD_ELSEWHERE = 75;
const CHECKPOINTED = [130, 143];

export type TrainerExit = {
  /** `interrupted`: stopped at a checkpoint, or killed. `held`: another trainer has the run. */
  readonly ending: 'done' | 'interrupted' | 'held' | 'failed';
  /** The name and the words of the error it ended with, as far as they can be told from its last lines. */
  readonly error: { readonly name: string; readonly message: string };
};
export type TrainerProcess = { readonly exit: Promise<TrainerExit>; stop(): void };

/** In the group of its worker: what kills the whole group leaves no trainer behind. */
export function startTrainer(job: TrainingJob, dataBucket: string): TrainerProcess {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, [ENV.job]: JSON.stringify(job), [ENV.dataBucket]: dataBucket },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const keep = (chunk: Buffer) => {
    process.stderr.write(chunk);
    lines.push(...chunk.toString('utf8').split('\n').filter(Boolean));
    lines.splice(0, Math.max(0, lines.length - KEPT_LINES));
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const exit = new Promise<TrainerExit>((resolve) => {
    child.once('error', ({ name, message }) => resolve({ ending: 'failed', error: { name, message } }));
    child.once('close', (code) => resolve({ ending: endingOf(code), error: errorIn(lines) }));
  });
  return { exit, stop: () => child.kill('SIGTERM') };
}

function endingOf(code: number | null): TrainerExit['ending'] {
  if (code === 0) return 'done';
  if (code === null || CHECKPOINTED.includes(code)) return 'interrupted';
  return code === HELD_ELSEWHERE ? 'held' : 'failed';
}

function errorIn(lines: readonly string[]): TrainerExit['error'] {
  const named = lines.flatMap((line) => {
    const match = /\b([A-Z]\w*(?:Error|Exception))\b:? ?(.*)/.exec(line);
    return match ? [{ name: match[1] as string, message: match[2] || line }] : [];
  });
  return named.at(-1) ?? { name: 'TrainerFailed', message: lines.at(-1) ?? 'the trainer said nothing' };
}

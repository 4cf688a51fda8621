// `goldpan worker` as a process group of its own, so that a test can kill it as a power cut would.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { STACK, target } from './deployed.ts';

const MAIN = join(import.meta.dirname, '../../cli/main.ts');

export type WorkerProcess = {
  /** What it has said so far. */
  said(): string;
  /** SIGKILL to the worker, its trainer and the trainer's engine. */
  kill(): Promise<void>;
  /** SIGTERM, as an operator or an instance that is taken away sends it. */
  stop(): Promise<void>;
};

/** `hiddenSeconds`: how soon another worker may take over after this one has died. `options`: further ones of `goldpan worker`. */
export function startWorker(hiddenSeconds: number, ...options: readonly string[]): WorkerProcess {
  const given = ['worker', '--stack', STACK, '--hidden', String(hiddenSeconds), ...options];
  const child = spawn(process.execPath, [MAIN, ...given], {
    env: { ...process.env, ...target.environment },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
  });
  const end = async (signal: NodeJS.Signals) => {
    if (hasEnded(child) || child.pid === undefined) return;
    const ended = once(child, 'exit');
    process.kill(signal === 'SIGKILL' ? -child.pid : child.pid, signal);
    await ended;
  };
  return { said: () => said, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

// goldpan local: starts and stops the emulator, the stack and a worker on this machine. It only stops what it started.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { wallClock } from '#client/context.ts';
import { ROOT, readTargetFile, STATE_FOLDER, TARGET_FILE, type TargetFile } from '#client/target.ts';
import { deploy } from '../../infra/emulator/deploy.ts';
import { clientEnvironment, isHealthy, startEmulator, stopEmulator } from '../../infra/emulator/emulator.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { openDeployProgress } from './deploy-progress.ts';
import type { LocalOutput } from './local-output.ts';

const DEFAULT_PORT = 4566;
const WORKER_LOG = join(STATE_FOLDER, 'worker.log');
const TICK_MS = 1000;
const WORKER_STOPS_WITHIN_MS = 30_000;

export type UpOptions = { readonly signal?: AbortSignal };

export const local = { up, down, status };

/** Starts everything that is not running. If the stack cannot be deployed, stops what it started and throws. */
async function up(
  terminal: Pick<Terminal, 'say' | 'live' | 'interactive'>,
  { signal }: UpOptions = {},
): Promise<LocalOutput> {
  const endpoint = `http://127.0.0.1:${portOf(process.env.GOLDPAN_PORT)}`;
  const before = readTargetFile();
  const known = before?.endpoint === endpoint ? before.pids : { emulator: null, worker: null };
  const running = await isHealthy(endpoint);
  const started = running ? undefined : await startEmulator({ port: Number(new URL(endpoint).port), keepState: true });
  const emulatorPid = started?.pid ?? aliveOf(known.emulator, 'ministack');
  terminal.say(running ? `An emulator answers at ${endpoint} already.` : `Emulator started at ${endpoint}.`);
  const target: TargetFile = {
    endpoint,
    region: clientEnvironment(endpoint).AWS_REGION ?? '',
    outputs: {},
    pids: { emulator: emulatorPid, worker: aliveOf(known.worker, 'cli/main.ts') },
  };
  // Written before the deployment, so that `local down` knows what to stop after an interruption.
  writeTarget(target);
  const progress = openDeployProgress(terminal, wallClock.now);
  const ticking = setInterval(progress.tick, TICK_MS);
  try {
    const outputs = await deploy({
      context: { compute: 'worker', removal: 'destroy', cleanConcurrency: String(Math.max(2, availableParallelism())) },
      environment: clientEnvironment(endpoint),
      onStep: progress.step,
      onLine: progress.line,
      ...(signal && { signal }),
    }).finally(() => {
      clearInterval(ticking);
      progress.end();
    });
    writeTarget({ ...target, outputs });
    const worker = target.pids.worker ?? startWorker(endpoint);
    writeTarget({ ...target, outputs, pids: { ...target.pids, worker } });
    return { status: 'up', endpoint, outputs, emulator: started ? 'started' : 'running', worker: 'running' };
  } catch (error) {
    if (started) await down();
    throw error;
  }
}

/** Stops the worker first, so that it can return its job to the queue. */
async function down(): Promise<LocalOutput> {
  const target = readTargetFile();
  const ended = { status: 'down', endpoint: target?.endpoint ?? null, outputs: {}, worker: 'stopped' } as const;
  if (!target) return { ...ended, emulator: 'stopped' };
  const worker = aliveOf(target.pids.worker, 'cli/main.ts');
  if (worker !== null) await stopWorker(worker);
  const emulator = aliveOf(target.pids.emulator, 'ministack');
  if (emulator !== null) await stopEmulator(emulator, Number(new URL(target.endpoint).port));
  rmSync(TARGET_FILE, { force: true });
  const strange = emulator === null && (await isHealthy(target.endpoint));
  return { ...ended, emulator: strange ? 'not ours' : 'stopped' };
}

async function status(): Promise<LocalOutput> {
  const target = readTargetFile();
  const running = target !== undefined && (await isHealthy(target.endpoint));
  return {
    status: running ? 'up' : 'down',
    endpoint: target?.endpoint ?? null,
    outputs: running ? target.outputs : {},
    emulator: running ? 'running' : 'stopped',
    worker: aliveOf(target?.pids.worker ?? null, 'cli/main.ts') === null ? 'stopped' : 'running',
  };
}

/** Starts a process that outlives this one; its output goes to .goldpan/worker.log. */
function startWorker(endpoint: string): number | null {
  mkdirSync(STATE_FOLDER, { recursive: true });
  const log = openSync(WORKER_LOG, 'a');
  const child = spawn(process.execPath, [join(ROOT, 'cli', 'main.ts'), 'worker', '--endpoint', endpoint], {
    env: { ...process.env, ...clientEnvironment(endpoint) },
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  child.unref();
  return child.pid ?? null;
}

async function stopWorker(pid: number): Promise<void> {
  process.kill(pid, 'SIGTERM');
  for (const start = Date.now(); aliveOf(pid, 'cli/main.ts') !== null; await sleep(50)) {
    if (Date.now() - start < WORKER_STOPS_WITHIN_MS) continue;
    process.kill(pid, 'SIGKILL');
    return;
  }
}

/** Returns the pid while it is that program: pids are reused, and another process must not be stopped. */
function aliveOf(pid: number | null, program: string): number | null {
  if (pid === null) return null;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(program) ? pid : null;
  } catch {
    return null;
  }
}

function writeTarget(target: TargetFile): void {
  mkdirSync(STATE_FOLDER, { recursive: true });
  writeFileSync(TARGET_FILE, `${JSON.stringify(target, null, 2)}\n`);
}

function portOf(text: string | undefined): number {
  const port = Number(text ?? DEFAULT_PORT);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Error(`GOLDPAN_PORT=${text} is not a port: a number from 1 to 65535.`);
}

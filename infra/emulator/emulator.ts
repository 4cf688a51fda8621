import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const work = join(root, '.goldpan');
/** Time limit of the start. It takes seconds, or minutes on a busy machine; if the process exits, the wait ends at once. */
const startTimeoutMs = 600_000;
const stopTimeoutMs = 20_000;
// Not inherited, because functions run as children of the emulator and would see them.
const notInherited = /^(AWS_|LOCALSTACK_|MINISTACK_|NODE_OPTIONS$|NODE_V8_COVERAGE$|VITEST|npm_|PYTHON(?!UNBUFFERED))/;

export type EmulatorOptions = {
  /** Default: a free one. */
  readonly port?: number;
  /** Keeps deployed and stored state across a clean stop and the next start on the same port. Default false. */
  readonly keepState?: boolean;
};

export type Emulator = {
  readonly endpoint: string;
  readonly port: number;
  /** Also the process group: the functions' processes belong to it. */
  readonly pid: number;
  readonly logFile: string;
  stop(): Promise<void>;
};

/**
 * Starts the emulator and resolves when it answers, usually within a second. Throws if the set-up is missing, the port is taken or the
 * process exits; the message names the log. The emulator outlives this process unless it is stopped.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const port = options.port ?? (await freePort());
  const python = join(work, 'emulator', 'bin', 'python');
  if (!existsSync(python)) throw new Error('The emulator is not installed. Run: npm run setup');
  const endpoint = `http://127.0.0.1:${port}`;
  // A busy emulator may not answer in time, and its functions run from the folder that is emptied below.
  if ((await isHealthy(endpoint)) || !(await isFree(port)))
    throw new Error(`Another server is listening at ${endpoint}. Stop it, or choose another port.`);
  const home = stateFolder(port);
  const temporary = temporaryFolder(port);
  const logFile = join(work, 'logs', `emulator-${port}.log`);
  for (const folder of options.keepState ? [temporary] : [temporary, home])
    rmSync(folder, { recursive: true, force: true });
  for (const folder of [home, dirname(logFile)]) mkdirSync(folder, { recursive: true });
  // Functions run from this folder and its name can be guessed, so a folder of another user is an error.
  mkdirSync(temporary, { mode: 0o700 });

  const log = openSync(logFile, 'w');
  const child = spawn(python, ['-m', 'ministack'], {
    cwd: home,
    env: emulatorEnvironment(port, home, options.keepState ?? false),
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  child.unref();
  const { pid } = child;
  if (pid === undefined) throw new Error(`${python} could not be started. Run: npm run setup -- --force`);
  try {
    await untilHealthy(endpoint, () => child.exitCode ?? child.signalCode, logFile);
  } catch (error) {
    await stopEmulator(pid, port);
    throw error;
  }
  return { endpoint, port, pid, logFile, stop: () => stopEmulator(pid, port) };
}

/** Stops the process group of an emulator and waits for its end, at which it writes its state. Deletes the files of its functions. */
export async function stopEmulator(pid: number, port: number): Promise<void> {
  signalGroup(pid, 'SIGTERM');
  for (const start = Date.now(); isAlive(pid); await sleep(25)) {
    if (Date.now() - start > stopTimeoutMs) break;
  }
  signalGroup(pid, 'SIGKILL');
  rmSync(temporaryFolder(port), { recursive: true, force: true });
}

/** Returns whether an emulator answers there, MiniStack or LocalStack. */
export async function isHealthy(endpoint: string): Promise<boolean> {
  try {
    const answer = await fetch(`${endpoint}/_localstack/health`, { signal: AbortSignal.timeout(2_000) });
    return answer.ok;
  } catch {
    return false;
  }
}

/** Environment variables of a child process with which the SDK, the CDK and the CLI use the emulator. */
export function clientEnvironment(endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
  };
}

/** Returns an unused port of this machine. */
export function freePort(): Promise<number> {
  return new Promise((settle, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => settle(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((settle) => {
    const server = createServer();
    server.once('error', () => settle(false));
    server.listen(port, '127.0.0.1', () => server.close(() => settle(true)));
  });
}

function stateFolder(port: number): string {
  return join(work, 'emulator-state', String(port));
}

/** Functions are unpacked outside the checkout: inside, they would find its packages and its package.json, which Lambda lacks. */
function temporaryFolder(port: number): string {
  return join(tmpdir(), `goldpan-emulator-${userInfo().uid}-${port}`);
}

function emulatorEnvironment(port: number, home: string, keepState: boolean): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !notInherited.test(name));
  const nodeFirst = [join(work, 'node', 'bin'), join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(
    delimiter,
  );
  const state = { PERSIST_STATE: '1', STATE_DIR: join(home, 'state'), S3_PERSIST: '1', S3_DATA_DIR: join(home, 's3') };
  return {
    ...Object.fromEntries(inherited),
    ...(keepState ? state : {}),
    PATH: nodeFirst,
    TMPDIR: temporaryFolder(port),
    GATEWAY_PORT: String(port),
    BIND_HOST: '127.0.0.1',
    PYTHONUNBUFFERED: '1',
  };
}

async function untilHealthy(endpoint: string, ended: () => unknown, logFile: string): Promise<void> {
  for (const start = Date.now(); Date.now() - start < startTimeoutMs; await sleep(40)) {
    if (ended() !== null) break;
    if (await isHealthy(endpoint)) return;
  }
  throw new Error(`The emulator did not start at ${endpoint}. Its log: ${logFile}`);
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Returns whether the process exists. A child that has ended exists until Node reaps it, which happens between the calls. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

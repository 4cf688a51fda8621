// Starts the engine process and returns its messages as a stream.
import { type ChildProcess, fork } from 'node:child_process';
import { on } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { FromEngine, ToEngine } from '../state/protocol.ts';
import { isWorthReading } from './host/engine-log.ts';

const ENGINE = new URL('../engine-process.ts', import.meta.url);
/** tfjs-node calls two deprecated functions of Node. */
const FLAGS = ['--no-deprecation'];

export type EngineProcess = {
  send(message: ToEngine): void;
  /** Ends when the process has ended, for any reason. */
  readonly messages: AsyncIterable<FromEngine>;
  /** Describes how the process ended; known after `messages` has ended. */
  ending(): string;
  kill(): void;
};

/** `threads`: number of parallel operations in TensorFlow; null for its default. */
export type Launch = (threads: number | null) => EngineProcess;

export function launchFrom(environment: NodeJS.ProcessEnv): Launch {
  return (threads) => {
    const layout = threads === null ? {} : { TF_NUM_INTEROP_THREADS: String(threads), TF_NUM_INTRAOP_THREADS: '1' };
    const child = fork(ENGINE, {
      env: { ...environment, ...layout },
      execArgv: FLAGS,
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [child.stdout, child.stderr]) forwardLog(stream as Readable);
    return engineOf(child);
  };
}

function engineOf(child: ChildProcess): EngineProcess {
  const messages = on(child, 'message', { close: ['disconnect'] }) as AsyncIterable<[FromEngine]>;
  // After its exit, when the last of its log has been read.
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    send: (message) => {
      // Messages to a dead engine are dropped; its end is noticed when `messages` ends.
      if (child.connected) child.send(message, () => undefined);
    },
    messages: unwrapped(messages, gone),
    ending: () => (child.signalCode ? `was ended by ${child.signalCode}` : `ended with exit code ${child.exitCode}`),
    kill: () => child.kill('SIGKILL'),
  };
}

function forwardLog(stream: Readable): void {
  createInterface({ input: stream }).on('line', (line) => {
    if (isWorthReading(line)) process.stderr.write(`${line}\n`);
  });
}

async function* unwrapped(messages: AsyncIterable<[FromEngine]>, gone: Promise<void>): AsyncIterable<FromEngine> {
  for await (const [message] of messages) yield message;
  await gone;
}

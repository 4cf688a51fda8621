// Has compressed sounds decoded by a child process: one that dies, hangs or grows beyond bounds costs one sound, not the unit.
import { type ChildProcess, fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { DecodeCompressed } from './decode.ts';
import type { DecodeReply, DecodeRequest } from './decode-process.ts';
import { type DecodedSound, unreadable } from './sound.ts';

const TIMEOUT_MS = 5_000;
/** The first sound waits for the process, too. */
const START_TIMEOUT_MS = 20_000;
const WATCH_MS = 100;
const MOST_MEMORY_BYTES = 400 * 2 ** 20;
const PAGE_BYTES = 4096;

export type Decoder = { readonly decode: DecodeCompressed; close(): void };
export type DecoderLimits = {
  readonly timeoutMs?: number;
  readonly startTimeoutMs?: number;
  readonly memoryBytes?: number;
};

/** `entry`: the file of decode-process, as source or bundled. No process is started before the first sound. */
export function openDecoder(
  entry: string,
  { timeoutMs = TIMEOUT_MS, startTimeoutMs = START_TIMEOUT_MS, memoryBytes = MOST_MEMORY_BYTES }: DecoderLimits = {},
): Decoder {
  let child: ChildProcess | undefined;
  let lastId = 0;
  let queue: Promise<unknown> = Promise.resolve();
  const stop = () => {
    child?.kill('SIGKILL');
    child = undefined;
  };
  const decode: DecodeCompressed = async (bytes, type) => {
    const running = child ?? start(entry);
    child = running;
    const decoded = await ask(running, { id: ++lastId, type, bytes }, { timeoutMs, startTimeoutMs, memoryBytes });
    if (decoded.broken) stop();
    return decoded.sound;
  };
  return {
    /** One after the other, whoever asks. */
    decode(bytes, type) {
      const next = queue.then(() => decode(bytes, type));
      queue = next;
      return next;
    },
    close: stop,
  };
}

/** It gets neither credentials nor settings: what it reads may be hostile. */
function start(entry: string): ChildProcess {
  const child = fork(entry, [], {
    env: {},
    execArgv: ['--max-old-space-size=256', '--disable-proto=delete', '--no-warnings'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  child.unref();
  child.channel?.unref();
  return child;
}

type Answer = { readonly sound: DecodedSound; readonly broken: boolean };

function ask(child: ChildProcess, request: DecodeRequest, limits: Required<DecoderLimits>): Promise<Answer> {
  return new Promise((resolve) => {
    const settle = (sound: DecodedSound, broken: boolean) => {
      clearTimeout(timer);
      clearInterval(watch);
      child.off('message', hear).off('exit', die).off('error', die);
      resolve({ sound, broken });
    };
    const fail = (given: string) => settle(unreadable('audio.corrupt', given), true);
    const die = () => fail('bytes that end the decoder');
    const hear = (reply: DecodeReply) => {
      if (reply.id !== request.id) return;
      if (!reply.started) settle(reply.decoded, false);
      else {
        clearTimeout(timer);
        timer = setTimeout(() => fail(`decoding takes more than ${limits.timeoutMs / 1000} s`), limits.timeoutMs);
      }
    };
    let timer = setTimeout(() => fail('the decoder does not start'), limits.startTimeoutMs);
    const watch = setInterval(async () => {
      if ((await memoryOf(child)) > limits.memoryBytes)
        settle(unreadable('audio.too-many-samples', 'more than fit in memory'), true);
    }, WATCH_MS);
    child.on('message', hear).once('exit', die).once('error', die);
    if (!child.send(request, (error) => error && die()) && !child.connected) die();
  });
}

/** 0 where it cannot be told. */
async function memoryOf({ pid }: ChildProcess): Promise<number> {
  const statm = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '');
  return (Number(statm.split(' ')[1]) || 0) * PAGE_BYTES;
}

// Has compressed sounds decoded by a child process: one that dies, hangs or grows beyond bounds costs one sound, not the unit.
import { type ChildProcess, fork } from 'node:child_process';
import { cpuMs, residentBytes } from '../../processes/process-usage.ts';
import type { DecodeCompressed } from './decode.ts';
import type { DecodeReply, DecodeRequest } from './decode-process.ts';
import { type DecodedSound, unreadable } from './sound.ts';

/** CPU time for one sound. Other processes on the machine do not affect it. */
const TIMEOUT_MS = 5_000;
/** A decoder that waits forever uses no CPU time; it is ended after this multiple of its limit in wall time. */
const CLOCK_OF_CPU = 10;
/** The first sound also waits for the start of the process. */
const START_TIMEOUT_MS = 60_000;
const WATCH_MS = 100;
const MOST_MEMORY_BYTES = 400 * 2 ** 20;

export type AudioDecoder = { readonly decode: DecodeCompressed; close(): void };
export type DecoderLimits = {
  /** CPU time of the process for one sound. */
  readonly timeoutMs?: number;
  readonly startTimeoutMs?: number;
  readonly memoryBytes?: number;
};

/**
 * `entry`: the file of decode-process, as source or bundled. The process starts with the first sound. `decode` throws if the process does
 * not start, which is not an issue of the sound.
 */
export function openDecoder(
  entry: string,
  { timeoutMs = TIMEOUT_MS, startTimeoutMs = START_TIMEOUT_MS, memoryBytes = MOST_MEMORY_BYTES }: DecoderLimits = {},
): AudioDecoder {
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
    const request = { id: ++lastId, type, bytes };
    try {
      const decoded = await ask(running, request, { timeoutMs, startTimeoutMs, memoryBytes });
      if (decoded.broken) stop();
      return decoded.sound;
    } catch (error) {
      stop();
      throw error;
    }
  };
  return {
    /** Decodes one sound after the other, also for concurrent callers. */
    decode(bytes, type) {
      const next = queue.then(() => decode(bytes, type));
      queue = next.catch(() => undefined);
      return next;
    },
    close: stop,
  };
}

/** The process gets neither credentials nor settings, because its input may be hostile. */
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
  return new Promise((resolve, reject) => {
    let begunAtMs: number | undefined;
    const stopListening = () => {
      clearTimeout(timer);
      clearInterval(watch);
      child.off('message', hear).off('exit', die).off('error', die);
    };
    const settle = (sound: DecodedSound, broken: boolean) => {
      stopListening();
      resolve({ sound, broken });
    };
    const giveUp = (why: string) => {
      stopListening();
      reject(new Error(why));
    };
    const fail = (given: string) => settle(unreadable('audio.corrupt', given), true);
    const die = () =>
      begunAtMs === undefined ? giveUp('the decoder ended before it had begun') : fail('bytes that end the decoder');
    const slow = () => fail(`decoding takes more than ${limits.timeoutMs / 1000} s of CPU time`);
    const hear = (reply: DecodeReply) => {
      if (reply.id !== request.id) return;
      if (!reply.started) return settle(reply.decoded, false);
      begunAtMs = cpuMs(child);
      clearTimeout(timer);
      timer = setTimeout(slow, limits.timeoutMs * CLOCK_OF_CPU);
    };
    let timer = setTimeout(() => giveUp('the decoder does not start'), limits.startTimeoutMs);
    const watch = setInterval(() => {
      if (residentBytes(child) > limits.memoryBytes)
        settle(unreadable('audio.too-many-samples', 'more than fit in memory'), true);
      else if (begunAtMs !== undefined && cpuMs(child) - begunAtMs > limits.timeoutMs) slow();
    }, WATCH_MS);
    child.on('message', hear).once('exit', die).once('error', die);
    if (!child.send(request, (error) => error && die()) && !child.connected) die();
  });
}

// Has the texts of documents extracted by a child process: a document that ends it, hangs it or lets it grow costs itself, not the unit.
import { type ChildProcess, fork } from 'node:child_process';
import type { Format } from '../../formats/format.ts';
import { FORMATS } from '../../formats/register.ts';
import { cpuMs, residentBytes } from '../../processes/process-usage.ts';
import type { Extracted, ExtractReply, ExtractRequest } from './extract-process.ts';

/** CPU time for one document. Other processes on the machine do not affect it. */
const TIMEOUT_MS = 20_000;
/** A reader that waits forever uses no CPU time; it is ended after this multiple of its limit in wall time. */
const CLOCK_OF_CPU = 5;
/** The first document also waits for the start of the process. */
const START_TIMEOUT_MS = 60_000;
const WATCH_MS = 100;
const MOST_MEMORY_BYTES = 800 * 2 ** 20;

export type Extract = (bytes: Uint8Array, format: Format) => Promise<Extracted>;
export type Extractor = { readonly extract: Extract; close(): void };
export type ExtractorLimits = {
  /** CPU time of the process for one document. */
  readonly timeoutMs?: number;
  readonly startTimeoutMs?: number;
  readonly memoryBytes?: number;
};

/**
 * `entry`: the file of extract-process, as source or bundled. The process starts with the first document. `extract` throws if the process
 * does not start, which is not an issue of the document.
 */
export function openExtractor(
  entry: string,
  { timeoutMs = TIMEOUT_MS, startTimeoutMs = START_TIMEOUT_MS, memoryBytes = MOST_MEMORY_BYTES }: ExtractorLimits = {},
): Extractor {
  let child: ChildProcess | undefined;
  let lastId = 0;
  const stop = () => {
    child?.kill('SIGKILL');
    child = undefined;
  };
  return {
    /** One document after the other: callers wait for each. */
    async extract(bytes, format) {
      const running = child ?? start(entry);
      child = running;
      try {
        const request = { id: ++lastId, format: nameOf(format), bytes };
        const { extracted, broken } = await ask(running, request, { timeoutMs, startTimeoutMs, memoryBytes });
        if (broken) stop();
        return extracted;
      } catch (error) {
        stop();
        throw error;
      }
    },
    close: stop,
  };
}

function nameOf(format: Format): keyof typeof FORMATS {
  const found = Object.entries(FORMATS).find(([, one]) => one === format);
  if (!found) throw new RangeError(`${format.name} is not in the register`);
  return found[0] as keyof typeof FORMATS;
}

/** The process gets neither credentials nor settings, because its input may be hostile. */
function start(entry: string): ChildProcess {
  const child = fork(entry, [], {
    env: {},
    execArgv: ['--max-old-space-size=512', '--disable-proto=delete', '--no-warnings'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  child.unref();
  child.channel?.unref();
  return child;
}

type Answer = { readonly extracted: Extracted; readonly broken: boolean };

function ask(child: ChildProcess, request: ExtractRequest, limits: Required<ExtractorLimits>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let begunAtMs: number | undefined;
    const stopListening = () => {
      clearTimeout(timer);
      clearInterval(watch);
      child.off('message', hear).off('exit', die).off('error', die);
    };
    const settle = (extracted: Extracted, broken: boolean) => {
      stopListening();
      resolve({ extracted, broken });
    };
    const fail = (given: string) => settle({ ok: false, code: 'text.broken-document', given }, true);
    const giveUp = (why: string) => {
      stopListening();
      reject(new Error(why));
    };
    const die = () =>
      begunAtMs === undefined
        ? giveUp('the reader of documents ended before it had begun')
        : fail('bytes that end its reader');
    const slow = () => fail(`reading takes more than ${limits.timeoutMs / 1000} s of CPU time`);
    const hear = (reply: ExtractReply) => {
      if (reply.id !== request.id) return;
      if (!reply.started) return settle(reply.extracted, false);
      begunAtMs = cpuMs(child);
      clearTimeout(timer);
      timer = setTimeout(slow, limits.timeoutMs * CLOCK_OF_CPU);
    };
    let timer = setTimeout(() => giveUp('the reader of documents does not start'), limits.startTimeoutMs);
    const watch = setInterval(() => {
      if (residentBytes(child) > limits.memoryBytes) fail('reading takes more memory than there is for one document');
      else if (begunAtMs !== undefined && cpuMs(child) - begunAtMs > limits.timeoutMs) slow();
    }, WATCH_MS);
    child.on('message', hear).once('exit', die).once('error', die);
    if (!child.send(request, (error) => error && die()) && !child.connected) die();
  });
}

// The reading process as its parent sees it: asked, watched, killed when it takes too much.
import { fork } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cpuMs, residentBytes } from '../../processes/process-usage.ts';
import { watchIdle } from '../../processes/watch-idle.ts';
import type {
  Checked,
  CheckRequest,
  InferredTable,
  OpenedTable,
  OpenRequest,
  ReaderReply,
  ReaderRequest,
} from './protocol.ts';
import { type ResourceBudget, withColumns } from './resource-budget.ts';

const MIB = 2 ** 20;
/** Memory fills up within a moment; time and the disk do not. */
const WATCH_MEMORY_EVERY_MS = 25;
const WATCH_ALL_EVERY_MS = 200;
/** Memory limit of the process: twice DuckDB's limit, which does not cover all of its memory and the runtime. */
const MEMORY_OF_DATABASE = 2;
const MEMORY_OF_RUNTIME_MIB = 180;
const MOST_SCRATCH_BYTES = 3 * 1024 * MIB;
/** Makes the C library return freed memory, which DuckDB allocates in blocks of 256 KiB. */
const RETURN_FREED_MEMORY = { MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' };
const HEAP_MIB = 160;
/**
 * The limit is in CPU time, so that other processes do not matter. A process that is asked and uses none for this multiple of it, in wall
 * time, hangs.
 */
const CLOCK_OF_PROCESSOR = 4;

/** `memory`, `time`, `disk`: the process exceeded a limit and was ended. `crash`: it ended by itself. */
export type DeathCause = 'memory' | 'time' | 'disk' | 'crash';
export class ReaderDiedError extends Error {
  readonly because: DeathCause;

  constructor(because: DeathCause) {
    super(`the reading process died: ${because}`);
    this.because = because;
  }
}

export type TableReader = {
  readonly open: (request: Omit<OpenRequest, 'type' | 'budget'>) => Promise<OpenedTable>;
  readonly infer: () => Promise<InferredTable>;
  readonly check: (request: Omit<CheckRequest, 'type'>) => Promise<Checked>;
  /** Once the process is gone. */
  readonly close: () => Promise<void>;
};
export type ReaderOptions = {
  /** The file that the process runs. */
  readonly readProcess: string;
  readonly folder: string;
  readonly budget: ResourceBudget;
};

/** Starts the process. Its methods throw ReaderDiedError if the process ends, and Error for faults of goldpan. */
export function startReader({ readProcess, folder, budget }: ReaderOptions): TableReader {
  let allowed = budget;
  // The environment is not passed on, because it contains credentials.
  const reader = fork(readProcess, [], {
    cwd: folder,
    env: { TZ: 'UTC', ...RETURN_FREED_MEMORY },
    execArgv: [`--max-old-space-size=${HEAP_MIB}`, '--disable-proto=delete', '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let because: DeathCause = 'crash';
  let dead = false;
  const end = (cause: DeathCause) => {
    because = cause;
    reader.kill('SIGKILL');
  };
  let asked = 0;
  const idleMsOf = watchIdle(WATCH_ALL_EVERY_MS);
  const watchMemory = setInterval(() => {
    if (residentBytes(reader) > mostBytes(allowed)) end('memory');
  }, WATCH_MEMORY_EVERY_MS);
  const watchAll = setInterval(() => {
    const used = cpuMs(reader);
    const idleMs = idleMsOf(used, asked > 0);
    if (used > allowed.timeoutMs || idleMs > allowed.timeoutMs * CLOCK_OF_PROCESSOR) return end('time');
    bytesIn(folder).then(
      (bytes) => bytes > MOST_SCRATCH_BYTES && end('disk'),
      () => undefined,
    );
  }, WATCH_ALL_EVERY_MS);
  const stopWatching = () => {
    dead = true;
    clearInterval(watchMemory);
    clearInterval(watchAll);
  };
  const gone = new Promise<void>((resolve) => {
    const end = () => {
      stopWatching();
      resolve();
    };
    reader.once('exit', end);
    reader.on('error', end);
  });

  async function ask<T>(request: ReaderRequest): Promise<T> {
    let begun = false;
    const death = () =>
      because === 'crash' && !begun
        ? new Error('the reading process ended before it had begun')
        : new ReaderDiedError(because);
    if (dead) throw death();
    const reply = await new Promise<ReaderReply<T>>((resolve, reject) => {
      const finish = (settle: () => void) => {
        reader.off('exit', onExit);
        reader.off('message', onMessage);
        asked--;
        settle();
      };
      const onExit = () => finish(() => reject(death()));
      const onMessage = (message: unknown) => {
        const received = message as ReaderReply<T>;
        if ('begun' in received) begun = true;
        else finish(() => resolve(received));
      };
      asked++;
      reader.on('exit', onExit);
      reader.on('message', onMessage);
      reader.send(request, (error) => error && onExit());
    });
    if ('result' in reply) return reply.result;
    throw new Error('fault' in reply ? reply.fault : 'no answer');
  }

  return {
    async open(request) {
      const opened = await ask<OpenedTable>({ type: 'open', budget, ...request });
      if (!opened.ok || dead) return opened;
      allowed = withColumns(budget, opened.columns);
      return opened;
    },
    infer: () => ask<InferredTable>({ type: 'infer' }),
    check: (request) => ask<Checked>({ type: 'check', ...request }),
    async close() {
      stopWatching();
      reader.kill('SIGKILL');
      await gone;
    },
  };
}

function mostBytes({ memoryMiB }: ResourceBudget): number {
  return (memoryMiB * MEMORY_OF_DATABASE + MEMORY_OF_RUNTIME_MIB) * MIB;
}

async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    bytes += entry.isDirectory() ? await bytesIn(path) : ((await stat(path).catch(() => undefined))?.size ?? 0);
  }
  return bytes;
}

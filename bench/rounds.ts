// Contestants as processes of their own, so that each has the threads it likes, taking turns so that load hits all alike.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** Characters of a contestant's stderr that are shown when it ends early. */
const LAST_WORDS = 2_000;

/** What a contestant tells after a round. */
export type Round = {
  readonly itemsPerSecond: number;
  readonly itemsPerCpuSecond: number;
  readonly version: string;
};

export type MeasuredRound = Round & {
  /** The most that the process has held in memory so far. */
  readonly peakMiB: number;
};

export type Contestant = {
  readonly file: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The one core that it may use. */
  readonly core?: number;
};

/** Runs each contestant's rounds in turn (a, b, a, b, ...) and returns them by name, without the first, which warms up. */
export async function interleavedRounds<Name extends string, Result extends Round = Round>(
  contestants: Readonly<Record<Name, string | Contestant>>,
  rounds: number,
): Promise<Record<Name, Result[]>> {
  const names = Object.keys(contestants) as Name[];
  const children = new Map(names.map((name) => [name, start(contestants[name])] as const));
  const results = Object.fromEntries(names.map((name) => [name, [] as Result[]])) as Record<Name, Result[]>;
  try {
    for (let round = 0; round <= rounds; round++) {
      for (const [name, started] of children) {
        const result = await ask<Result>(started, name);
        if (round > 0) results[name].push(result);
      }
    }
  } finally {
    for (const { child } of children.values()) child.kill();
  }
  return results;
}

/** A contestant's side: answers every request with one round of `step`. */
export function answerRounds(options: { version: string; items: number; steps: number; step: () => void }): void {
  process.on('message', () => {
    const times: number[] = [];
    const cpu = process.cpuUsage();
    for (let i = 0; i < options.steps; i++) {
      const start = performance.now();
      options.step();
      times.push(performance.now() - start);
    }
    const { user, system } = process.cpuUsage(cpu);
    const middle = times.sort((a, b) => a - b)[times.length >> 1] as number;
    const round: MeasuredRound = {
      itemsPerSecond: (options.items / middle) * 1e3,
      itemsPerCpuSecond: (options.items * options.steps) / ((user + system) / 1e6),
      version: options.version,
      peakMiB: process.resourceUsage().maxRSS / 1024,
    };
    process.send?.(round);
  });
}

type Started = { readonly child: ChildProcess; readonly lastWords: () => string };

function start(given: string | Contestant): Started {
  const { file, args = [], env = {}, core } = typeof given === 'string' ? { file: given } : given;
  const pinned = core === undefined ? {} : { execPath: 'taskset', execArgv: ['-c', String(core), process.execPath] };
  const child = fork(file, args, {
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    env: { ...process.env, ...env },
    ...pinned,
  });
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-LAST_WORDS);
  });
  return { child, lastWords: () => words };
}

async function ask<Result>({ child, lastWords }: Started, name: string): Promise<Result> {
  const answer = once(child, 'message');
  const death = once(child, 'close').then(([code]) => {
    throw new Error(`the contestant ${name} ended with code ${code}: ${lastWords()}`);
  });
  death.catch(() => undefined);
  child.send('round');
  const [round] = await Promise.race([answer, death]);
  return round as Result;
}

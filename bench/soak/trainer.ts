// A trainer that ends itself with SIGKILL where its plan says, as a spot instance or a power cut would.
// node trainer.ts FOLDER JOB PLAN: the bucket's folder, the job and { afterMs } or { atWrite, key } as JSON.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TrainingJob } from '#core/snapshot/messages.ts';
import type { Store } from '#core/store/store.ts';
import { type Launch, launchFrom } from '../../containers/trainer/run/launch.ts';
import { train } from '../../containers/trainer/run/train.ts';
import { stopSwitch } from '../../containers/trainer/state/stop.ts';
import { folderStore } from './folder-store.ts';

export type KillPlan = {
  /** Since the engine was ready to train. */
  readonly afterMs?: number;
  /** Within the second checkpoint's writing: before or after its state, its marker, the metrics or the head is put. */
  readonly around?: { readonly name: 'state' | 'checkpoint' | 'metrics'; readonly isAfter: boolean };
};

const [folder = '', job = '', plan = '{}'] = process.argv.slice(2);
const { afterMs, around } = JSON.parse(plan) as KillPlan;
const die = (): void => void process.kill(process.pid, 'SIGKILL');
let seen = 0;

const bucket = folderStore(folder);
const data: Store = {
  ...bucket,
  async put(key, body, options) {
    const isNamed = around !== undefined && key.split('/').at(-1)?.startsWith(around.name) === true;
    // The first one of a run that starts anew only clears what lies there.
    const isTheOne = isNamed && ++seen === 2;
    if (isTheOne && !around.isAfter) die();
    const result = await bucket.put(key, body, options);
    if (isTheOne) die();
    return result;
  },
};

/** Makes an engine's clock run fast, so that it saves in mid-epoch every few steps as a long training does every minute. */
const NODE_OPTIONS = `--import ${new URL('./fast-clock.ts', import.meta.url)}`;
const launch: Launch = (threads) => {
  const engine = launchFrom({ ...process.env, NODE_OPTIONS })(threads);
  const messages = (async function* () {
    for await (const message of engine.messages) {
      if (message.type === 'ready') {
        writeFileSync(join(folder, 'ready'), String(Date.now()));
        if (afterMs !== undefined) setTimeout(die, afterMs);
      }
      yield message;
    }
  })();
  return { ...engine, messages };
};

// Whoever was killed still holds the lease: for this one a minute has gone by.
const lateMs = Number(process.env.SOAK_LATE_MS ?? 0);
/** As of before the engine has told. */
const environment = { node: '', tensorflow: '', cpu: '', device: 'cpu', towers: 1, threads: 1 } as const;
process.exitCode = await train(
  {
    data,
    clock: {
      now: () => Date.now() + lateMs,
      sleep: (ms, signal) =>
        new Promise((resolve) => {
          const timer = setTimeout(resolve, ms);
          signal.addEventListener('abort', () => {
            clearTimeout(timer);
            resolve();
          });
        }),
    },
    owner: `${process.pid}/${Date.now()}`,
    launch,
    stop: stopSwitch(),
    folder: mkdtempSync(join(tmpdir(), 'goldpan-soak-')),
    say: (line) => void process.stderr.write(`${line}\n`),
    compute: 'worker',
    environment: { ...environment, precision: 'float32' },
  },
  TrainingJob.parse(JSON.parse(job)),
);

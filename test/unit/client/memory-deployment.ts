// A deployment in memory: uploaded objects are validated and cleaned by the real stages whenever time passes.
import { tmpdir } from 'node:os';
import type { Context } from '#client/context.ts';
import type { Deployment } from '#client/deployment.ts';
import type { ClientEvent } from '#client/events.ts';
import type { Execution, Machine } from '#client/machine.ts';
import type { Kind } from '#core/base/names.ts';
import type { UnitMessage } from '#core/ingest/messages.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { Store } from '#core/store/store.ts';
import { cleanImages } from '#stages/clean/image.ts';
import { cleanTables } from '#stages/clean/table.ts';
import { cleanText } from '#stages/clean/text.ts';
import { promote } from '#stages/promote/stage.ts';
import { validate } from '#stages/validate/stage.ts';
import { eventPrinter } from '../../../cli/print/events.ts';
import { openTerminal, type Style } from '../../../cli/terminal/terminal.ts';
import { openSourceExtractor } from '../../fixtures/extractor.ts';
import { READ_PROCESS } from '../../fixtures/read-process.ts';

const TABLE_WORLD = {
  scratch: tmpdir(),
  readProcess: READ_PROCESS,
};

/** Without colours. */
export const PLAIN: Style = openTerminal(process.stdout, process.stderr, { NO_COLOR: '1' }).dataStyle;

export type MemoryDeployment = {
  readonly context: Context;
  readonly drop: Store;
  readonly data: Store;
  /** Every event, and what the command line says about them. */
  readonly events: readonly ClientEvent[];
  readonly said: () => string;
  readonly assemble: FakeMachine;
  readonly train: FakeMachine;
  readonly draw: FakeMachine;
  readonly calls: unknown[];
  /** Stops functions from running, as a broken deployment does. */
  halt(): void;
};
export type FakeMachine = Machine & {
  readonly started: { name: string; input: unknown }[];
  readonly stopped: string[];
  /** What an execution comes to; it is called when the execution is first looked at. */
  run: (input: unknown, name: string) => Promise<Execution>;
};

/** `sources`: buckets outside the deployment. */
type Options = {
  deadLetters?: number | readonly string[];
  answer?: unknown;
  sources?: Readonly<Record<string, Store>>;
};

export function memoryDeployment({ deadLetters = 0, answer, sources = {} }: Options = {}): MemoryDeployment {
  const reported: ClientEvent[] = [];
  const err: string[] = [];
  const events: { key: string; etag: string }[] = [];
  const units: { kind: Kind; message: UnitMessage }[] = [];
  const calls: unknown[] = [];
  const letters = typeof deadLetters === 'number' ? new Array<string>(deadLetters).fill('{}') : [...deadLetters];
  let halted = false;
  let now = 0;

  const kept = memoryStore({ bucket: 'drop', versioned: true, now: () => new Date(now) });
  const data = memoryStore({ bucket: 'data', now: () => new Date(now) });
  const drop: Store = {
    ...kept,
    async put(key, body, options) {
      const put = await kept.put(key, body, options);
      if (put.status === 'written') events.push({ key, etag: put.etag });
      return put;
    },
  };
  const send = async (kind: Kind, messages: readonly UnitMessage[]) =>
    void units.push(...messages.map((message) => ({ kind, message })));
  const settle = async () => {
    for (const { key, etag } of events.splice(0)) {
      const object = { key, etag: etag.replaceAll('"', '') };
      await validate(
        { 'detail-type': 'Object Created', detail: { bucket: { name: 'drop' }, object } },
        { drop, data, send },
      );
    }
    for (const { kind, message } of units.splice(0)) {
      if (kind === 'text') await cleanText(message, { drop, data, openExtractor: openSourceExtractor });
      else if (kind === 'table') await cleanTables(message, { drop, data, ...TABLE_WORLD });
      else await cleanImages(message, { drop, data });
    }
  };
  const assemble = fakeMachine();
  const train = fakeMachine();
  const draw = fakeMachine();
  const deployment: Deployment = {
    drop,
    data,
    source(bucket) {
      const store = sources[bucket];
      if (!store) throw new Error(`no bucket ${bucket}`);
      return {
        ...store,
        async copy({ key, etag }, into) {
          const object = await store.get(key, { ifMatch: etag });
          if (!object) throw Object.assign(new Error('changed'), { name: 'PreconditionFailed' });
          await drop.put(into.key, object.body);
        },
      };
    },
    assemble,
    train,
    draw,
    trainingQueueUrl: undefined,
    queues: {
      depths: async () => [{ name: 'clean-image', waiting: 0, inWork: 0, dead: letters.length }],
      deadLetters: async () => letters,
      redrive: async () => letters.splice(0).length,
    },
    stack: {
      name: 'goldpan',
      resources: async () => [],
      count: async () => ({ versions: 0, bytes: 0 }),
      empty: async () => ({ versions: 0, bytes: 0 }),
      delete: async () => undefined,
      state: async () => undefined,
    },
    account: {
      calls: undefined,
      image: undefined,
      hasSpark: false,
      families: [],
      quota: async () => 0,
      findImage: async () => undefined,
      concurrentCalls: async () => 1_000,
    },
    promote: promote({ data, now: () => new Date(now) }),
    sendUnit: (kind, message) => send(kind, [message]),
    invokeEndpoint: async (event) => {
      calls.push(event);
      return answer;
    },
  };
  const stream = { write: (text: string) => err.push(text) };
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
      if (!halted) await settle();
    },
  };
  const print = eventPrinter(openTerminal(stream, stream, {}), clock.now);
  const notify = (event: ClientEvent) => {
    reported.push(event);
    print(event);
  };
  return {
    context: { deployment, notify, clock, person: 'ada' },
    events: reported,
    drop,
    data,
    assemble,
    train,
    draw,
    calls,
    said: () => err.join(''),
    halt: () => {
      halted = true;
    },
  };
}

function fakeMachine(): FakeMachine {
  const ended = new Map<string, Execution>();
  const machine: FakeMachine = {
    started: [],
    run: async () => ({ status: 'SUCCEEDED', output: null, cause: undefined }),
    async start(name, input) {
      if (machine.started.some((execution) => execution.name === name)) return 'exists';
      machine.started.push({ name, input });
      return 'started';
    },
    stopped: [],
    async stop(name) {
      machine.stopped.push(name);
      ended.set(name, { status: 'ABORTED', output: undefined, cause: undefined });
    },
    async describe(name) {
      const execution = machine.started.find((one) => one.name === name);
      if (!execution) return undefined;
      const found = ended.get(name) ?? (await machine.run(execution.input, name));
      ended.set(name, found);
      return found;
    },
  };
  return machine;
}

// tick beside a million uploads whose events were lost, while calls are cut off and queues fill up, under the limits of its function.
import type { ObjectEvent } from '#core/ingest/messages.ts';
import { keys, uploadIdOf } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { LatestVersion, ListedObject, Store } from '#core/store/store.ts';
import { tick } from '#stages/tick/stage.ts';
import { type Benchmark, lowerIsBetter, type Row } from './benchmark.ts';

const UPLOADS = Number(process.env.GOLDPAN_UPLOADS ?? 1_000_000);
const DATASET = 'big';
const MINUTE = 60_000;
const EVERY_MINUTES = 5;
/** Events that the stages behind the queue work off between two calls. */
const WORKED_OFF = 30_000;
/** Every other call is cut off after that many events. */
const CUT_OFF_AFTER = 7_000;
const FUNCTION = { memoryMiB: 1_769, seconds: 300 };
/** Of a page of 1,000 versions, as measured on S3 from Lambda; pages of one list come one after the other. */
const PAGE = { keys: 1_000, seconds: 0.15 };
/** Of a request that puts ten events on a queue. */
const SEND_SECONDS = 0.01;
const MIB = 2 ** 20;
const MOST_LOOKS = 1_000;

export const tickBacklog: Benchmark = {
  sentence: 'tick sends the lost events of 1,000,000 uploads in steps, each at most twice; takes some minutes',
  async run() {
    const keyOf = (number: number) => `${DATASET}/${String(number).padStart(7, '0')}.png`;
    const told = new Uint8Array(UPLOADS);
    const refused = new Map<string, string[]>();
    let waiting: number[] = [];
    let left = Number.POSITIVE_INFINITY;
    let sent = 0;

    const object = { size: 1, etag: 'e', modifiedAt: new Date(0) };
    const drop: Store = {
      ...memoryStore({ bucket: 'drop', versioned: true }),
      async *list(_prefix, { startAfter = '' } = {}) {
        if (startAfter < keyOf(0)) yield { key: keyOf(0), ...object };
      },
      async *listLatest(prefix): AsyncGenerator<LatestVersion> {
        if (prefix !== `${DATASET}/`) return;
        for (let i = 0; i < UPLOADS; i++) yield { key: keyOf(i), versionId: 'v', deleted: false, ...object };
      },
    };
    const memory = memoryStore({ bucket: 'data' });
    const data: Store = {
      ...memory,
      async *list(prefix): AsyncGenerator<ListedObject> {
        const all = keys.allRefused(DATASET);
        if (!prefix.startsWith(all)) return yield* memory.list(prefix);
        const digits = prefix === all ? [...refused.keys()].sort() : [prefix.slice(all.length)];
        for (const digit of digits) for (const key of refused.get(digit) ?? []) yield { key, ...object };
      },
    };
    const send = async (events: readonly ObjectEvent[]) => {
      for (const { detail } of events) {
        const number = Number(detail.object.key.slice(DATASET.length + 1, -4));
        told[number] = (told[number] as number) + 1;
        waiting.push(number);
      }
      sent += events.length;
      left -= events.length;
      if (left <= 0) throw new Error('cut off');
    };
    const workOff = () => {
      for (const number of waiting.slice(0, WORKED_OFF)) {
        const id = uploadIdOf('drop', keyOf(number), 'v');
        const key = keys.refused(DATASET, id);
        const digit = id.charAt(0);
        const there = refused.get(digit);
        if (there) there.push(key);
        else refused.set(digit, [key]);
      }
      waiting = waiting.slice(WORKED_OFF);
    };

    const before = process.memoryUsage().rss;
    let peak = before;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 50);
    let [looks, mostSent, mostCpu, minutes] = [0, 0, 0, 10];
    for (; told.includes(0) && looks < MOST_LOOKS; looks++) {
      minutes += EVERY_MINUTES;
      sent = 0;
      left = looks % 2 === 0 ? Number.POSITIVE_INFINITY : CUT_OFF_AFTER;
      const start = process.cpuUsage();
      const now = () => minutes * MINUTE;
      const deps = { drop, data, send, backlog: async () => waiting.length, start: async () => undefined, now };
      await tick({ ...deps, hasTime: () => true }).catch((error: Error) => {
        if (!(error instanceof AggregateError)) throw error;
      });
      const { user, system } = process.cpuUsage(start);
      mostCpu = Math.max(mostCpu, (user + system) / 1e6);
      peak = Math.max(peak, process.memoryUsage().rss);
      mostSent = Math.max(mostSent, sent);
      workOff();
    }
    clearInterval(watch);
    const untold = told.reduce((count, times) => count + (times === 0 ? 1 : 0), 0);
    process.stderr.write(`${looks} calls, ${minutes} minutes, ${untold} events not sent\n`);
    const lists = (UPLOADS / PAGE.keys) * PAGE.seconds;
    const sending = (mostSent / 10) * SEND_SECONDS;
    const row = (metric: string, unit: string, ours: number, peer: number, peerName: string): Row =>
      lowerIsBetter({ metric, unit, ours, peer, peerName, goal: 1 });
    return {
      versions: {},
      rows: [
        row('events that were not sent, plus 1', '', untold + 1, 1, 'none'),
        row('times that the event of an upload was sent, at most', '', Math.max(...counted(told)), 2, 'limit'),
        row('events sent by one call, at most', '', mostSent, 20_000, 'limit'),
        row('memory of one call beside the stores', 'MiB', (peak - before) / MIB, FUNCTION.memoryMiB, 'function'),
        row('CPU time of one call', 's', mostCpu, FUNCTION.seconds / 2, 'half of its time'),
        row(
          'lists, messages and CPU of one call, computed',
          's',
          lists + sending + mostCpu,
          FUNCTION.seconds,
          'function',
        ),
      ],
    };
  },
};

/** The numbers of times that occur. */
function counted(told: Uint8Array): Set<number> {
  return new Set(told);
}

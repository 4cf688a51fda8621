// A backlog of the largest size under the limits of the deployment, while calls are cut off and queues fill up.
import { expect, test } from 'vitest';
import type { Inventory } from '#core/ingest/inventory.ts';
import type { ObjectEvent } from '#core/ingest/messages.ts';
import { TickNotes } from '#core/ingest/rollup-messages.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import { repeatEvents } from '#stages/tick/repeat-events.ts';

const MINUTE = 60_000;
const DATASET = 'digits';
const PENDING = 100_000;
const EVENTS_A_LOOK = 20_000;
const EVENTS_A_STEP = 1_000;

test('of a large backlog a look tells of a bounded number; cut off in every other look, each event is told of at most twice', async () => {
  const drop = memoryStore({ bucket: 'drop', versioned: true });
  const data = memoryStore({ bucket: 'data' });
  const object = { versionId: 'v', size: 1, etag: 'e', modifiedAt: new Date(0) };
  const uploads = Array.from({ length: PENDING }, (_, i) => ({
    key: `${DATASET}/${String(i).padStart(7, '0')}.png`,
    uploadId: String(i),
    object,
    state: 'pending',
    verdictKeys: [],
  }));
  const inventory = { dataset: DATASET, configId: undefined, uploads } as unknown as Inventory;
  const told = new Uint8Array(PENDING);
  let left = Number.POSITIVE_INFINITY;
  let sentInLook = 0;
  let writes = 0;
  const put = (...given: Parameters<typeof data.put>) => {
    writes++;
    return data.put(...given);
  };
  const counted = { ...data, put };
  const send = async (events: readonly ObjectEvent[]) => {
    for (const { detail } of events) {
      const number = Number(detail.object.key.slice(DATASET.length + 1, -4));
      told[number] = (told[number] ?? 0) + 1;
    }
    sentInLook += events.length;
    left -= events.length;
    if (left <= 0) throw new Error('cut off');
  };
  const look = async (minutes: number, backlog: number) => {
    sentInLook = 0;
    const notes = (await readJson(data, keys.tickNotes(DATASET), TickNotes))?.value;
    const deps = { drop, data: counted, send, start: async () => undefined, now: () => minutes * MINUTE };
    const all = { ...deps, backlog: async () => backlog, hasTime: () => true };
    const { notes: progress } = await repeatEvents(all, inventory, notes);
    const passedAt = new Date(minutes * MINUTE).toISOString();
    await writeJson(data, keys.tickNotes(DATASET), { state: '', quietPasses: 0, started: null, passedAt, ...progress });
  };
  let minutes = 15;
  let looks = 0;
  for (; told.includes(0); looks++) {
    minutes += 5;
    // Every third look finds the queues full; every other of the rest is cut off after some steps.
    const isFull = looks % 3 === 0;
    left = looks % 2 === 0 ? Number.POSITIVE_INFINITY : 7 * EVENTS_A_STEP;
    await look(minutes, isFull ? 5_000 : 0).catch(() => undefined);
    expect(sentInLook).toBeLessThanOrEqual(isFull ? 0 : EVENTS_A_LOOK);
    expect(looks).toBeLessThan((3 * PENDING) / 5 / EVENTS_A_STEP);
  }
  expect(told.reduce((most, times) => Math.max(most, times), 0)).toBeLessThanOrEqual(2);
  // The progress is written once a step.
  expect(writes).toBeLessThanOrEqual(2 * (PENDING / EVENTS_A_STEP) + looks);
});

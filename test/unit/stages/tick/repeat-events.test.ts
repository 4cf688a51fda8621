import { expect, test } from 'vitest';
import { takeInventory } from '#core/ingest/inventory.ts';
import type { ObjectEvent } from '#core/ingest/messages.ts';
import { TickNotes } from '#core/ingest/rollup-messages.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import { repeatEvents } from '#stages/tick/repeat-events.ts';
import { tick } from '#stages/tick/stage.ts';

const MINUTE = 60_000;
const DATASET = 'digits';
const PENDING = 600;
const LIMITS = { eventsALook: 250, eventsAStep: 50 };

/** A dataset whose events were all lost, and looks at it, each of which may be cut off in the middle. */
async function lostEvents() {
  const drop = memoryStore({ bucket: 'drop', versioned: true });
  const data = memoryStore({ bucket: 'data' });
  for (let i = 0; i < PENDING; i++) await drop.put(`${DATASET}/${i}.png`, 'bytes');
  const told = new Map<string, number>();
  const state = { backlog: 0, diesAfter: Number.POSITIVE_INFINITY, hasTime: true };
  const send = async (events: readonly ObjectEvent[]) => {
    for (const { detail } of events) told.set(detail.object.key, (told.get(detail.object.key) ?? 0) + 1);
    state.diesAfter -= events.length;
    if (state.diesAfter <= 0) throw new Error('cut off');
  };
  const look = async (minutes: number) => {
    const inventory = await takeInventory(drop, data, DATASET, undefined);
    const notes = (await readJson(data, keys.tickNotes(DATASET), TickNotes))?.value;
    const deps = { drop, data, send, start: async () => undefined, now: () => minutes * MINUTE };
    const timed = { ...deps, backlog: async () => state.backlog, hasTime: () => state.hasTime };
    const { count, notes: progress } = await repeatEvents(timed, inventory, notes, LIMITS);
    const passedAt = new Date(minutes * MINUTE).toISOString();
    await writeJson(data, keys.tickNotes(DATASET), { state: '', quietPasses: 0, started: null, passedAt, ...progress });
    return count;
  };
  return { drop, data, told, look, state, times: () => [...new Set(told.values())].sort() };
}

test('a look tells of a bounded number, and the next goes on where it stopped', async () => {
  const { look, told, times } = await lostEvents();
  expect([await look(16), await look(21), await look(26), await look(29)]).toEqual([250, 250, 100, 0]);
  expect(told.size).toBe(PENDING);
  expect(times()).toEqual([1]);
  // The second moment is half an hour after the drop.
  expect(await look(31)).toBe(250);
});

test('however often a look is cut off, each event is told of at most twice, and all of them are', async () => {
  const { look, told, state, times } = await lostEvents();
  let minutes = 15;
  for (let cut = 0; cut < 10; cut++) {
    state.diesAfter = 120;
    minutes++;
    await look(minutes).catch(() => undefined);
  }
  state.diesAfter = Number.POSITIVE_INFINITY;
  while ((await look(++minutes)) > 0) expect(minutes).toBeLessThan(40);
  expect(told.size).toBe(PENDING);
  expect(times().at(-1)).toBeLessThanOrEqual(2);
});

test('nothing is told of while messages wait, and then what was due is told of once', async () => {
  const { look, state, told, times } = await lostEvents();
  state.backlog = 5000;
  for (let minutes = 16; minutes <= 120; minutes += 5) expect(await look(minutes)).toBe(0);
  state.backlog = 0;
  for (let minutes = 121; minutes <= 124; minutes++) await look(minutes);
  expect(told.size).toBe(PENDING);
  expect(times()).toEqual([1]);
});

test('without time nothing is begun', async () => {
  const { look, state, told } = await lostEvents();
  state.hasTime = false;
  expect(await look(16)).toBe(0);
  expect(told.size).toBe(0);
});

test('a dataset with much to repeat does not keep another from being looked at', async () => {
  const { drop, data } = await lostEvents();
  await drop.put('other/x.png', 'bytes');
  const told: string[] = [];
  const deps = {
    drop,
    data,
    send: async (events: readonly ObjectEvent[]) => {
      // The call is cut off in the first dataset, every time.
      if (events.length > 1) throw new Error('cut off');
      told.push(...events.map(({ detail }) => detail.object.key));
    },
    backlog: async () => 0,
    start: async () => undefined,
    hasTime: () => true,
  };
  await expect(tick({ ...deps, now: () => 20 * MINUTE })).rejects.toThrow('tick failed for 1 datasets');
  expect(told).toEqual(['other/x.png']);
});

// Calls for one unit at once: by two releases of the code, and by clocks that are days apart. And a backlog that lasts for hours.
import { afterEach, expect, test, vi } from 'vitest';
import { writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store, StoredObject } from '#core/store/store.ts';
import { type Simulated, type SimulationOptions, simulate } from '../../fixtures/simulation/cloud.ts';
import { readDeployment } from '../../fixtures/simulation/deployment.ts';
import { TABLES, TEXTS } from '../../fixtures/simulation/drops.ts';
import { type Faults, faultsByRate, NO_FAULTS } from '../../fixtures/simulation/faults.ts';
import {
  assembledItems,
  cleanItems,
  contentsOf,
  differences,
  expectedItems,
  unsettled,
} from '../../fixtures/simulation/invariants.ts';
import { scenarioOf } from '../../fixtures/simulation/scenario.ts';
import { drawsFrom } from '../../fixtures/simulation/schedule.ts';
import { schemaOf } from '../../fixtures/tables.ts';

const DEPLOYMENT = readDeployment();
const DAY_MS = 86_400_000;
const DOCUMENTS = { ...TEXTS, yaml: `${TEXTS.yaml}rules: { item.near-duplicate: { action: off } }\n` };
const MIX = { hostile: 0, overwritten: 0, deleted: 0, repeated: 0, everyMs: 100 };
/** Few errors: a message that is often received twice has fewer tries left. */
const RATES = {
  errors: 0.01,
  surfacing: 0.4,
  conflicts: 0.05,
  kills: 0.02,
  duplicateEvents: 0.5,
  lateMs: 2_000,
  lostEvents: 0,
  duplicateReceives: 0.3,
};
const RELEASE_SCHEDULES = 20;
const CLOCK_SCHEDULES = 1;

afterEach(() => {
  vi.useRealTimers();
});

test(`under ${RELEASE_SCHEDULES} schedules, units that two releases clean at once have the part that their verdict names`, async () => {
  const scenario = await scenarioOf(31, 6, [DOCUMENTS], MIX);
  const here = await simulate({ deployment: DEPLOYMENT, acts: scenario.acts, faults: NO_FAULTS, seed: undefined });
  const mine = await cleanItems(here, scenario);
  let mixed = 0;
  for (let seed = 0; seed < RELEASE_SCHEDULES; seed++) {
    const faults = faultsByRate(seed, RATES);
    const run = await simulate({ ...bothReleases, acts: scenario.acts, faults, seed });
    expect(await unsettled(run, scenario), `seed ${seed}`).toEqual([]);
    const items = await cleanItems(run, scenario);
    expect(items.size, `seed ${seed}`).toBe(mine.size);
    expect(await assembledItems(run, scenario), `seed ${seed}`).toBe(mine.size);
    mixed += Number([...items].some((item) => mine.has(item)) && [...items].some((item) => !mine.has(item)));
  }
  // The two have met.
  expect(mixed).toBeGreaterThan(RELEASE_SCHEDULES / 4);
});

test('a table with a rule about ages, cleaned twice at once by clocks days apart, becomes what one call makes of it', async () => {
  const dataset = 'simulated-table';
  const rows = Array.from(
    { length: 40 },
    (_, i) => `${i},${new Date(((i - 30) * DAY_MS) / 10).toISOString().slice(0, 10)}`,
  );
  const acts = [
    { atMs: 0, key: `${dataset}/dataset.yaml`, body: TABLES.yaml },
    { atMs: 5_000, key: `${dataset}/rows.csv`, body: `number,day\n${rows.join('\n')}\n` },
  ];
  const rules = [{ name: 'fresh', column: 'day', maxAgeDays: 2 }];
  const schema = schemaOf({ number: { type: 'integer' }, day: { type: 'date' } }, { rules });
  const before = (data: Store) => writeJson(data, keys.schema(dataset, 1), schema);
  const options = { deployment: DEPLOYMENT, acts, before };
  const calm = await contentsOf((await simulate({ ...options, faults: NO_FAULTS, seed: undefined })).data);
  for (let seed = 0; seed < CLOCK_SCHEDULES; seed++) {
    vi.useFakeTimers({ toFake: ['Date'] });
    const draw = drawsFrom(seed, 'clocks');
    const rates = faultsByRate(seed, { ...RATES, kills: 0, duplicateReceives: 1, duplicateEvents: 0 });
    const faults: Faults = {
      ...rates,
      ofRequest() {
        vi.setSystemTime(draw() * 4 * DAY_MS);
        return rates.ofRequest();
      },
      skewMs: () => draw() * DAY_MS,
    };
    const run = await simulate({ ...options, faults, seed });
    vi.useRealTimers();
    expect(differences(calm, await contentsOf(run.data)), `seed ${seed}`).toEqual([]);
    expect(await assembledItems(run, { datasets: [dataset] }), `seed ${seed}`).toBe(rows.length);
  }
});

test('a backlog of hours is sent once: tick repeats no event while the queues are full', async () => {
  const scenario = await scenarioOf(32, 1_100, [DOCUMENTS], { ...MIX, everyMs: 5 });
  const hours = 3_600_000;
  const run = await simulate({
    deployment: DEPLOYMENT,
    acts: scenario.acts,
    faults: { ...NO_FAULTS, skewMs: skewOfMinutes(5) },
    seed: 3,
    cleanFromMs: 2.5 * hours,
    ticksUntilMs: 4 * hours,
  });
  expect(await unsettled(run, scenario)).toEqual([]);
  // One event an act, and one unit an upload.
  expect(sentIn(run)).toBe(scenario.acts.length + scenario.uploads);
  expect(await cleanItems(run, scenario)).toEqual(expectedItems(scenario));
  expect(await assembledItems(run, scenario)).toBe(expectedItems(scenario).size);
});

/** Every second environment of the cleaning functions reads other texts out of the same bytes. */
const bothReleases: Pick<SimulationOptions, 'deployment' | 'release'> = {
  deployment: DEPLOYMENT,
  release: ({ drop, ...rest }) => ({
    ...rest,
    drop: {
      ...drop,
      async get(...asked) {
        const object = await drop.get(...asked);
        return object && otherRelease(object);
      },
    },
  }),
};

function otherRelease(object: StoredObject): StoredObject {
  const text = new TextDecoder().decode(object.body);
  return text.startsWith('document ') ? { ...object, body: new TextEncoder().encode(`another ${text}`) } : object;
}

function skewOfMinutes(most: number): () => number {
  const draw = drawsFrom(1, 'skew');
  return () => (2 * draw() - 1) * most * 60_000;
}

function sentIn({ queues }: Simulated): number {
  return Object.values(queues).reduce((sum, queue) => sum + queue.sent(), 0);
}

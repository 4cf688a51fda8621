// Nothing is lost and nothing is done twice, whatever goes wrong on the way from a drop to its verdicts.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Simulated, simulate } from '../../fixtures/simulation/cloud.ts';
import { readDeployment } from '../../fixtures/simulation/deployment.ts';
import { IMAGES, SOUNDS, TABLES, TEXTS } from '../../fixtures/simulation/drops.ts';
import {
  FAULTS,
  faultsAsListed,
  faultsByRate,
  type ListedFaults,
  NO_FAULTS,
} from '../../fixtures/simulation/faults.ts';
import { cleanItems, contentsOf, differences, expectedItems, unsettled } from '../../fixtures/simulation/invariants.ts';
import { type Scenario, scenarioOf } from '../../fixtures/simulation/scenario.ts';

const DEPLOYMENT = readDeployment();
const SCHEDULES = 1000;
const SCENARIOS = 12;
const UPLOADS = 3;
const MIX = { hostile: 0.2, overwritten: 0.25, deleted: 0.2, repeated: 0.1, everyMs: 400 };
/** A run makes about this many requests, more when some fail. */
const REQUESTS = 40;
const RATES = {
  errors: 0.03,
  surfacing: 0.4,
  conflicts: 0.05,
  kills: 0.1,
  duplicateEvents: 0.3,
  lateMs: 60_000,
  lostEvents: 0,
  duplicateReceives: 0.1,
};

/** Few enough that no message can fail as often as a queue lets it: what ends among the dead letters is tested below. */
const listedFaults: fc.Arbitrary<ListedFaults> = fc.record({
  requests: fc.array(fc.record({ at: fc.nat(REQUESTS), fault: fc.constantFrom(...FAULTS) }), { maxLength: 3 }),
  events: fc.array(fc.record({ at: fc.nat(UPLOADS), copies: fc.nat(2), lateMs: fc.nat(60_000) }), { maxLength: 3 }),
  receives: fc.array(fc.nat(2 * UPLOADS), { maxLength: 1 }),
});

type Calm = { readonly scenario: Scenario; readonly contents: ReadonlyMap<string, string> };
const calm = new Map<number, Promise<Calm>>();

/** The same drops when nothing goes wrong. */
function calmRun(number: number): Promise<Calm> {
  const found = calm.get(number) ?? runCalm(number);
  calm.set(number, found);
  return found;
}

async function runCalm(number: number): Promise<Calm> {
  const scenario = await scenarioOf(number, UPLOADS, [TEXTS], MIX);
  const run = await simulate({
    deployment: DEPLOYMENT,
    acts: scenario.acts,
    faults: NO_FAULTS,
    seed: undefined,
    concurrency: 2,
  });
  expect(await unsettled(run, scenario)).toEqual([]);
  expect(await cleanItems(run, scenario)).toEqual(expectedItems(scenario));
  return { scenario, contents: await contentsOf(run.data) };
}

async function wrongAfter(run: Simulated, { scenario, contents }: Calm): Promise<string[]> {
  return [...(await unsettled(run, scenario)), ...differences(contents, await contentsOf(run.data))];
}

test(`whatever of ${SCHEDULES} schedules is taken, every upload ends once, with the bytes of a run without faults`, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(SCENARIOS - 1),
      fc.option(fc.nat(), { nil: undefined }),
      listedFaults,
      async (number, seed, listed) => {
        const there = await calmRun(number);
        const faults = faultsAsListed(listed);
        const run = await simulate({
          deployment: DEPLOYMENT,
          acts: there.scenario.acts,
          faults,
          seed,
          concurrency: 2,
          pageKeys: 2,
        });
        expect(await wrongAfter(run, there)).toEqual([]);
      },
    ),
    { numRuns: SCHEDULES },
  );
});

test('the same seed is the same run, request by request', async () => {
  const { scenario } = await calmRun(0);
  const once = () =>
    simulate({
      deployment: DEPLOYMENT,
      acts: scenario.acts,
      faults: faultsByRate(3, RATES),
      seed: 3,
      concurrency: 3,
      pageKeys: 2,
    });
  const [a, b] = [await once(), await once()];
  expect([a.tally, a.steps, a.seconds]).toEqual([b.tally, b.steps, b.seconds]);
  expect(a.tally.requests).toBeGreaterThan(20);
});

test('a simulation of more drops meets every fault there is, and still loses nothing', async () => {
  const scenario = await scenarioOf(5, 120, [TEXTS], { ...MIX, everyMs: 50 });
  const quiet = await simulate({
    deployment: DEPLOYMENT,
    acts: scenario.acts,
    faults: NO_FAULTS,
    seed: undefined,
    concurrency: 5,
  });
  // A new dataset.yaml makes hundreds of requests: at higher rates it would fail as often as the queue lets it.
  const faults = faultsByRate(18, { ...RATES, errors: 0.015, conflicts: 0.02 });
  const run = await simulate({
    deployment: DEPLOYMENT,
    acts: scenario.acts,
    faults,
    seed: 11,
    concurrency: 5,
    pageKeys: 10,
  });
  expect(Object.keys(run.tally).sort()).toEqual(['requests', ...FAULTS].sort());
  expect(await wrongAfter(run, { scenario, contents: await contentsOf(quiet.data) })).toEqual([]);
});

test('images, sounds and tables lose nothing either, each cleaned by its own function', async () => {
  // A process reads each table, so there are two: one of them without rows.
  const scenario = await scenarioOf(7, 30, [IMAGES, SOUNDS, { ...TABLES, share: 0.02 }], { ...MIX, everyMs: 50 });
  expect([...scenario.final.keys()].filter((key) => key.endsWith(TABLES.suffix))).toHaveLength(2);
  const quiet = await simulate({
    deployment: DEPLOYMENT,
    acts: scenario.acts,
    faults: NO_FAULTS,
    seed: undefined,
    concurrency: 5,
  });
  expect(await cleanItems(quiet, scenario)).toEqual(expectedItems(scenario));
  const run = await simulate({
    deployment: DEPLOYMENT,
    acts: scenario.acts,
    faults: faultsByRate(16, RATES),
    seed: 11,
    concurrency: 5,
  });
  expect(run.tally.requests).toBeGreaterThan(quiet.tally.requests);
  expect(await wrongAfter(run, { scenario, contents: await contentsOf(quiet.data) })).toEqual([]);
});

test('an event that never comes is noticed: its upload has no terminal state', async () => {
  const { scenario } = await calmRun(0);
  let events = 0;
  const faults = { ...NO_FAULTS, ofEvent: () => ({ copies: 0, lateMs: 0, lost: events++ === 1 }) };
  const run = await simulate({ deployment: DEPLOYMENT, acts: scenario.acts, faults, seed: undefined, concurrency: 2 });
  expect(await unsettled(run, scenario)).toHaveLength(1);
});

test('with tick, even events that never came are made up for, while it rolls up what is done', async () => {
  // What was overwritten before anybody heard of it counts no more, so nobody tells of it again.
  const scenario = await scenarioOf(6, 80, [TEXTS], { ...MIX, overwritten: 0, everyMs: 50 });
  const quiet = await simulate({
    deployment: DEPLOYMENT,
    acts: scenario.acts,
    faults: NO_FAULTS,
    seed: undefined,
    concurrency: 5,
  });
  const faults = faultsByRate(12, { ...RATES, kills: 0.02, errors: 0.01, lostEvents: 0.2 });
  const ticksUntilMs = 2 * 3_600_000;
  const run = await simulate({
    deployment: DEPLOYMENT,
    acts: scenario.acts,
    faults,
    seed: 12,
    concurrency: 5,
    ticksUntilMs,
  });
  const made = await contentsOf(run.data);
  const rolled = [...made.keys()].filter((key) => key.startsWith('rollups/'));
  expect(rolled.some((key) => key.endsWith('.parquet'))).toBe(true);
  for (const key of rolled) made.delete(key);
  expect(differences(await contentsOf(quiet.data), made)).toEqual([]);
  expect(await unsettled(run, scenario)).toEqual([]);
});

test('a message that fails each time is noticed: it ends among the dead letters after five tries', async () => {
  const { scenario } = await calmRun(0);
  const faults = { ...NO_FAULTS, ofRequest: () => 'lost' as const };
  const { queues, tally } = await simulate({
    deployment: DEPLOYMENT,
    acts: scenario.acts,
    faults,
    seed: undefined,
    concurrency: 2,
  });
  expect(Object.values(queues).flatMap(({ deadLetters }) => deadLetters)).toHaveLength(UPLOADS + 1);
  expect(tally.lost).toBe(tally.requests);
});

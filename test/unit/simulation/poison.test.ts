// Messages that kill every call that works on them, on the batches, visibility and receives of the deployment.
import { expect, test } from 'vitest';
import { simulate } from '../../fixtures/simulation/cloud.ts';
import { readDeployment } from '../../fixtures/simulation/deployment.ts';
import { TEXTS } from '../../fixtures/simulation/drops.ts';
import { type Faults, NO_FAULTS, type Outage } from '../../fixtures/simulation/faults.ts';
import { contentsOf, differences, unsettled } from '../../fixtures/simulation/invariants.ts';
import { scenarioOf } from '../../fixtures/simulation/scenario.ts';

const DEPLOYMENT = readDeployment();
const UPLOADS = 100;
const RECEIVES = 5;
const MIX = { hostile: 0, overwritten: 0, deleted: 0, repeated: 0, everyMs: 20 };
const scenario = await scenarioOf(21, UPLOADS, [TEXTS], MIX);
const keys = scenario.acts.slice(1).map(({ key }) => key);

test.each([
  [0, 'abort', 'events'],
  [1, 'abort', 'units'],
  [2, 'abort', 'units'],
  [10, 'time-out', 'units'],
  [10, 'abort', 'events'],
  [50, 'abort', 'units'],
  [50, 'time-out', 'events'],
] as const)(
  '%i messages that end in %s among %s are dead letters after five receives, and cost no other more than one',
  async (count, how, which) => {
    const poison = new Set(keys.filter((_, i) => i % 2 === 0).slice(0, count));
    const isPoison = (body: string) => [...poison].some((key) => body.includes(JSON.stringify(key)));
    const faults: Faults = {
      ...NO_FAULTS,
      ofMessage: (body) => (body.includes('detail-type') === (which === 'events') && isPoison(body) ? how : undefined),
    };
    const run = await simulate({ deployment: DEPLOYMENT, acts: scenario.acts, faults, seed: 4 });
    const queues = Object.values(run.queues);
    expect(queues.flatMap(({ deadLetters }) => deadLetters)).toHaveLength(count);
    expect(queues.flatMap(({ deadLetters }) => deadLetters).every(isPoison)).toBe(true);
    // Nothing is ever sent again: an event an act, and a unit an upload that could be planned.
    const sent = queues.reduce((sum, queue) => sum + queue.sent(), 0);
    const planned = UPLOADS - (which === 'events' ? count : 0);
    expect(sent).toBeLessThanOrEqual(1 + UPLOADS + planned);
    for (const { receives } of queues)
      for (const [body, times] of receives)
        if (isPoison(body) && body.includes('detail-type') === (which === 'events'))
          expect(times, body).toBeLessThanOrEqual(RECEIVES);
        else expect(times, body).toBeLessThanOrEqual(2);
    expect((await unsettled(run, scenario)).filter((line) => !line.startsWith('dead letter'))).toHaveLength(count);
  },
);

test.each<Outage>([
  { name: 'AccessDenied', status: 403 },
  { name: 'ServiceUnavailable', status: 503 },
  { name: 'SlowDown', status: 503 },
])('a window of $status $name ends with the same objects as none', async (outage) => {
  const calm = await simulate({ deployment: DEPLOYMENT, acts: scenario.acts, faults: NO_FAULTS, seed: undefined });
  const faults: Faults = {
    ...NO_FAULTS,
    outage: (nowMs) => (nowMs > 2_000 && nowMs < 8 * 60_000 ? outage : undefined),
  };
  const run = await simulate({ deployment: DEPLOYMENT, acts: scenario.acts, faults, seed: 7 });
  expect(await unsettled(run, scenario)).toEqual([]);
  expect(differences(await contentsOf(calm.data), await contentsOf(run.data))).toEqual([]);
});

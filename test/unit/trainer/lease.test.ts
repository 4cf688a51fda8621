import { describe, expect, test } from 'vitest';
import { uniforms } from '#core/base/random.ts';
import { RunHead } from '#core/model/messages/run.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { Store } from '#core/store/store.ts';
import type { Clock } from '../../../containers/trainer/run/clock.ts';
import { keepLease, RENEW_EVERY_MS } from '../../../containers/trainer/run/keep-lease.ts';
import { LEASE_MS, takeLease } from '../../../containers/trainer/run/lease.ts';
import { stopSwitch } from '../../../containers/trainer/state/stop.ts';
import { jobFor } from './squares.ts';

const job = jobFor();
const key = keys.runHead(job.dataset, job.runId);
const head = async (data: Store) => (await readJson(data, key, RunHead))?.value as RunHead;

/** A clock that only moves when somebody sleeps or sets it. */
function handClock(): Clock & { time: number } {
  const clock = {
    time: 1_000_000,
    now: () => clock.time,
    async sleep(durationMs: number, signal: AbortSignal) {
      await new Promise((resolve) => setImmediate(resolve));
      if (!signal.aborted) clock.time += durationMs;
    },
  };
  return clock;
}

describe('taking', () => {
  test('a run that nobody holds is taken, a held one is not', async () => {
    const [data, clock] = [memoryStore(), handClock()];
    await takeLease({ data, clock, owner: 'a' }, job);
    expect(await head(data)).toMatchObject({ owner: 'a', status: 'running', epochs: 3, attempt: 1 });
    await expect(takeLease({ data, clock, owner: 'b' }, job)).rejects.toThrow(/held by a until/);
    expect((await head(data)).owner).toBe('a');
  });

  test('an expired, a stopped and an ended run can be taken, and keep their place', async () => {
    const [data, clock] = [memoryStore(), handClock()];
    const first = await takeLease({ data, clock, owner: 'a' }, job);
    await first.move({ epoch: 2, step: 12, checkpointStep: 12, checkpointSha256: 'x' });
    clock.time += LEASE_MS + 1;
    const second = await takeLease({ data, clock, owner: 'b' }, { ...job, attempt: 2 });
    expect(second.head).toMatchObject({ owner: 'b', attempt: 2, epoch: 2, step: 12, checkpointStep: 12 });
    for (const [status, owner] of [
      ['stopped', 'c'],
      ['ended', 'd'],
    ] as const) {
      await writeJson(data, key, { ...(await head(data)), status });
      expect((await takeLease({ data, clock, owner }, job)).head.owner).toBe(owner);
    }
  });

  test('a lease of somebody else is taken at the moment when it has run out, and no sooner; an own one at once', async () => {
    const [data, clock] = [memoryStore(), handClock()];
    const { until } = await takeLease({ data, clock, owner: 'a' }, job);
    expect((await takeLease({ data, clock, owner: 'a' }, job)).head.owner).toBe('a');
    clock.time = until - 1;
    await expect(takeLease({ data, clock, owner: 'b' }, job)).rejects.toMatchObject({ name: 'LeaseLostError' });
    clock.time = until;
    expect((await takeLease({ data, clock, owner: 'b' }, job)).head.owner).toBe('b');
  });

  test('of two that take a new run at once one has it', async () => {
    const [data, clock] = [memoryStore(), handClock()];
    const tries = await Promise.allSettled(['a', 'b', 'c'].map((owner) => takeLease({ data, clock, owner }, job)));
    const won = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value.head.owner] : []));
    expect(won).toEqual([(await head(data)).owner]);
  });

  test('of a zombie and its heirs, whose requests overtake each other, one has the run after each of 1,000 races', async () => {
    const [memory, clock] = [memoryStore(), handClock()];
    const delays = uniforms(1, 'races', 100_000);
    let asked = 0;
    const late = async (most = 4) => {
      for (let turns = Math.floor((delays[asked++] as number) * most); turns > 0; turns--) await Promise.resolve();
    };
    const data: Store = {
      ...memory,
      get: (...given) => late().then(() => memory.get(...given)),
      put: (...given) => late().then(() => memory.put(...given)),
    };
    clock.sleep = () => late(50);
    let holder = await takeLease({ data, clock, owner: 'first' }, job);
    let outlived = 0;
    for (let race = 0; race < 1_000; race++) {
      clock.time += LEASE_MS + 1;
      const zombie = holder;
      const heirs = ['a', 'b', 'c'].map((name) => takeLease({ data, clock, owner: `${name}${race}` }, job));
      const wakes = late(50).then(() => zombie.move({ step: race }));
      const tries = await Promise.allSettled([wakes.then(() => zombie), ...heirs]);
      const won = tries.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
      expect(won).toHaveLength(1);
      holder = won[0] as typeof holder;
      expect((await head(memory)).owner).toBe(holder.head.owner);
      if (holder === zombie) outlived += 1;
      else await expect(zombie.move({})).rejects.toMatchObject({ name: 'LeaseLostError' });
    }
    // Both ways were tried.
    expect(outlived).toBeGreaterThan(50);
    expect(outlived).toBeLessThan(950);
  });
});

test('clocks that differ by up to an hour take no run from a holder that renews it, and every run of a dead one: 1,000 races', async () => {
  const draws = uniforms(1, 'skewed clocks', 3_000);
  let dead = 0;
  for (let race = 0; race < 1_000; race++) {
    const [data, clock, ahead] = [memoryStore(), handClock(), handClock()];
    const [skew, alive, renewals] = [0, 1, 2].map((i) => draws[3 * race + i] as number) as [number, number, number];
    const holder = await takeLease({ data, clock, owner: 'a' }, job);
    const isAlive = alive < 0.5;
    dead += isAlive ? 0 : 1;
    ahead.time = clock.time + LEASE_MS + Math.floor(skew * 3_600_000);
    ahead.sleep = async (durationMs) => {
      for (let i = 0; isAlive && i < 1 + Math.floor((renewals * durationMs) / RENEW_EVERY_MS); i++) {
        clock.time += RENEW_EVERY_MS;
        await holder.move({ step: i });
      }
    };
    const taken = await takeLease({ data, clock: ahead, owner: 'b' }, job).catch((error: Error) => error.name);
    if (isAlive) expect(taken).toBe('LeaseLostError');
    expect((await head(data)).owner).toBe(isAlive ? 'a' : 'b');
  }
  expect(dead).toBeGreaterThan(400);
});

describe('holding', () => {
  test('renews when less than 15 seconds are left, and writes nothing before', async () => {
    const [memory, clock] = [memoryStore(), handClock()];
    let writes = 0;
    const data: Store = {
      ...memory,
      put(...given) {
        writes++;
        return memory.put(...given);
      },
    };
    const lease = await takeLease({ data, clock, owner: 'a' }, job);
    writes = 0;
    clock.time = lease.until - 15_000;
    await lease.hold();
    expect(writes).toBe(0);
    clock.time += 1;
    await lease.hold();
    expect(writes).toBe(1);
    expect(lease.until).toBe(clock.time + LEASE_MS);
    expect(Date.parse((await head(memory)).leaseUntil)).toBe(lease.until);
  });

  test('a zombie is refused, whatever it wants to write, and the new holder is not disturbed', async () => {
    const [data, clock] = [memoryStore(), handClock()];
    const zombie = await takeLease({ data, clock, owner: 'a' }, job);
    clock.time += LEASE_MS + 1;
    const holder = await takeLease({ data, clock, owner: 'b' }, job);
    await expect(zombie.hold()).rejects.toMatchObject({ name: 'LeaseLostError' });
    await expect(zombie.move({ step: 99 })).rejects.toMatchObject({ name: 'LeaseLostError' });
    await holder.move({ step: 5 });
    expect(await head(data)).toMatchObject({ owner: 'b', step: 5 });
  });

  test('a move whose reply was lost is one own move, not a loss', async () => {
    const [data, clock] = [memoryStore(), handClock()];
    let dropped = false;
    const lossy: Store = {
      ...data,
      async put(...given) {
        const result = await data.put(...given);
        if (!dropped && given[0] === key && (await head(data)).step === 7) {
          dropped = true;
          throw new Error('socket hang up');
        }
        return result;
      },
    };
    const lease = await takeLease({ data: lossy, clock, owner: 'a' }, job);
    await expect(lease.move({ step: 7 })).rejects.toThrow('socket hang up');
    await lease.move({ step: 8 });
    expect(await head(data)).toMatchObject({ owner: 'a', step: 8 });
  });

  test('moves that overlap are done one after the other', async () => {
    const [data, clock] = [memoryStore(), handClock()];
    const lease = await takeLease({ data, clock, owner: 'a' }, job);
    await Promise.all([1, 2, 3, 4].map((step) => lease.move({ step })));
    expect((await head(data)).step).toBe(4);
  });
});

describe('keeping', () => {
  const keep = async (data: Store, clock: Clock & { time: number }, renewals: number) => {
    const lease = await takeLease({ data, clock, owner: 'a' }, job);
    const stop = stopSwitch();
    const end = keepLease({ data, clock, job, lease, stop, position: () => ({ step: 3 }) });
    const until = clock.time + renewals * RENEW_EVERY_MS;
    return { lease, stop, end, reach: () => expect.poll(() => clock.time, { interval: 1 }).toBeGreaterThan(until) };
  };

  test('the lease is renewed with the place of the run', async () => {
    const [data, clock] = [memoryStore(), handClock()];
    const { reach, end } = await keep(data, clock, 20);
    await reach();
    await end();
    const { step, leaseUntil } = await head(data);
    expect(step).toBe(3);
    expect(Date.parse(leaseUntil)).toBeGreaterThan(clock.time);
  });

  test('a stop request is heard, with who asks', async () => {
    const [data, clock] = [memoryStore(), handClock()];
    const { stop, end } = await keep(data, clock, 1);
    await writeJson(data, keys.stopRequest(job.dataset, job.runId), { by: 'ann' });
    await expect.poll(() => stop.reason, { interval: 1 }).toEqual({ kind: 'request', by: 'ann' });
    await end();
  });

  test('a lease that somebody else took is a stop that outdoes all others', async () => {
    const [data, clock] = [memoryStore(), handClock()];
    const { stop, end, lease } = await keep(data, clock, 1);
    stop.ask({ kind: 'signal', signal: 'SIGTERM' });
    await writeJson(data, key, { ...(await head(data)), owner: 'b' });
    await expect.poll(() => stop.reason?.kind, { interval: 1 }).toBe('lost');
    // The refusal says so; the lease has not run out yet.
    expect(clock.time).toBeLessThan(lease.until);
    await end();
  });

  test('a bucket that does not answer costs the lease only when the lease has run out', async () => {
    const [data, clock] = [memoryStore(), handClock()];
    let down = false;
    const store: Store = {
      ...data,
      put: (...given) => (down ? Promise.reject(new Error('no route to host')) : data.put(...given)),
    };
    const { stop, end, lease } = await keep(store, clock, 1);
    down = true;
    const lostAt = lease.until;
    await expect.poll(() => stop.reason?.kind, { interval: 1 }).toBe('lost');
    expect(clock.time).toBeGreaterThanOrEqual(lostAt);
    await end();
  });
});

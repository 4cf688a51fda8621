// Steps run side by side as far as their needs allow; a failure stops what comes after it and nothing else.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { SetupError } from '../../../infra/setup/errors.mjs';
import { withLock } from '../../../infra/setup/lock.mjs';

const stamps = new Map<string, { key: string }>();
vi.mock('../../../infra/setup/stamps.mjs', () => ({
  contentKey: (inputs: string[]) => inputs.join(),
  readStamp: (id: string) => stamps.get(id),
  writeStamp: (id: string, stamp: { key: string }) => stamps.set(id, stamp),
}));
const { pendingSteps, runPending, runSteps } = await import('../../../infra/setup/runner.mjs');

beforeEach(() => stamps.clear());

function step(id: string, needs: string[], run: () => Promise<string | undefined>) {
  return { id, title: id, needs, inputs: [id], mibOnDisk: 0, done: () => true, run };
}

test('a step waits for what it needs and for nothing else', async () => {
  const order: string[] = [];
  const slow = step('slow', [], async () => {
    await sleep(30);
    order.push('slow');
    return undefined;
  });
  const quick = step('quick', [], async () => void order.push('quick') as undefined);
  const after = step('after', ['slow'], async () => void order.push('after') as undefined);
  await runSteps([slow, quick, after], () => {});
  expect(order).toEqual(['quick', 'slow', 'after']);
});

test('a finished step is stamped and no longer pending, until its inputs change or its product is gone', async () => {
  const one = step('one', [], async () => 'detail');
  expect(pendingSteps([one])).toEqual([one]);
  await runSteps([one], () => {});
  expect(pendingSteps([one])).toEqual([]);
  expect(pendingSteps([{ ...one, inputs: ['other'] }])).toHaveLength(1);
  expect(pendingSteps([{ ...one, done: () => false }])).toHaveLength(1);
});

test('a step whose product another step removes runs again, and one that never makes it is told', async () => {
  let isThere = true;
  const runs: string[] = [];
  const packages = step('packages', [], async () => {
    runs.push('packages');
    isThere = false;
    return undefined;
  });
  const addon = {
    ...step('addon', ['packages'], async () => {
      runs.push('addon');
      isThere = true;
      return undefined;
    }),
    done: () => isThere,
  };
  stamps.set('addon', { key: 'addon' });
  const quiet = (pending: Parameters<typeof runSteps>[0]) => runSteps(pending, () => {});
  await runPending([packages, addon], quiet);
  expect(runs).toEqual(['packages', 'addon']);
  const broken = { ...step('broken', [], async () => undefined), done: () => false };
  await expect(runPending([broken], quiet)).rejects.toThrow('broken ended without what it should make');
});

test('a failure lets what runs beside it end, starts nothing that needs it, and leaves no stamp', async () => {
  const ran: string[] = [];
  const bad = step('bad', [], async () => {
    throw new SetupError('no disk');
  });
  const beside = step('beside', [], async () => {
    await sleep(10);
    ran.push('beside');
    return undefined;
  });
  const after = step('after', ['bad'], async () => void ran.push('after') as undefined);
  await expect(runSteps([bad, beside, after], () => {})).rejects.toThrow('no disk');
  expect(ran).toEqual(['beside']);
  expect([...stamps.keys()]).toEqual(['beside']);
});

test('failures side by side are told together, and a defect keeps its stack', async () => {
  const failing = (id: string, error: Error) =>
    step(id, [], async () => {
      throw error;
    });
  const two = [failing('a', new SetupError('no npm')), failing('b', new SetupError('no compiler'))];
  await expect(runSteps(two, () => {})).rejects.toThrow('no npm\n\nno compiler');
  const defect = new TypeError('x is undefined');
  await expect(runSteps([...two, failing('c', defect)], () => {})).rejects.toBe(defect);
});

test('every step is announced with the time since the start', async () => {
  const lines: string[] = [];
  let clock = 0;
  const one = step('Node 22', [], async () => {
    clock += 2500;
    return '120 MiB';
  });
  await runSteps(
    [one],
    (line: string) => lines.push(line),
    () => clock,
  );
  expect(lines).toEqual([
    'setting up goldpan: 1 step, each done once',
    '[   0.0 s] Node 22 ...',
    '[   2.5 s] Node 22: 2.5 s, 120 MiB',
    '[   2.5 s] set up',
  ]);
});

test('a lock left by a dead process is taken over, and it is gone afterwards', async () => {
  const file = join(temporaryFolder(), 'lock');
  writeFileSync(file, '999999999');
  expect(await withLock(file, async () => readFileSync(file, 'utf8'))).toBe(String(process.pid));
  expect(() => readFileSync(file)).toThrow(/ENOENT/);
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

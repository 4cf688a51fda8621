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
const { openProgress } = await import('../../../infra/setup/progress.mjs');
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
  await runSteps([slow, quick, after], silent());
  expect(order).toEqual(['quick', 'slow', 'after']);
});

test('a finished step is stamped and no longer pending, until its inputs change or its product is gone', async () => {
  const one = step('one', [], async () => 'detail');
  expect(pendingSteps([one])).toEqual([one]);
  await runSteps([one], silent());
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
  const quiet = (pending: Parameters<typeof runSteps>[0]) => runSteps(pending, silent());
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
  await expect(runSteps([bad, beside, after], silent())).rejects.toThrow('no disk');
  expect(ran).toEqual(['beside']);
  expect([...stamps.keys()]).toEqual(['beside']);
});

test('failures side by side are told together, and a defect keeps its stack', async () => {
  const failing = (id: string, error: Error) =>
    step(id, [], async () => {
      throw error;
    });
  const two = [failing('a', new SetupError('no npm')), failing('b', new SetupError('no compiler'))];
  await expect(runSteps(two, silent())).rejects.toThrow('no npm\n\nno compiler');
  const defect = new TypeError('x is undefined');
  await expect(runSteps([...two, failing('c', defect)], silent())).rejects.toBe(defect);
});

test('every step is announced with the time since the start and how many are done', async () => {
  const { stream, text } = written();
  let clock = 0;
  const one = step('Node 22', [], async () => {
    clock += 2500;
    return '120 MiB';
  });
  await runSteps(
    [one],
    openProgress(1, stream, () => clock),
  );
  expect(text().split('\n')).toEqual([
    '[   0.0 s] setting up goldpan: 1 step, each done once',
    '[   0.0 s] Node 22 ...',
    '[   2.5 s] Node 22: 2.5 s, 120 MiB (1 of 1 steps done)',
    '[   2.5 s] set up',
    '',
  ]);
});

test('a log says what still runs after 30 s without news, and a terminal has a bar that leaves nothing behind', () => {
  let clock = 0;
  const work = (isTTY: boolean) => {
    clock = 0;
    const { stream, text } = written(isTTY);
    const progress = openProgress(2, stream, () => clock);
    progress.began('npm packages');
    progress.began('sharp');
    clock = 10_000;
    progress.ended('sharp', undefined);
    for (clock = 12_000; clock < 75_000; clock += 500) progress.look();
    progress.end();
    return text();
  };
  expect(work(false).split('\n').slice(2, -1)).toEqual([
    '[  10.0 s] sharp: 10 s (1 of 2 steps done)',
    '[  40.0 s] still working on npm packages (40 s); 1 of 2 steps done',
    '[  70.0 s] still working on npm packages (70 s); 1 of 2 steps done',
  ]);
  const terminal = work(true);
  expect(terminal).toContain('[############............] 1 of 2  40 s  npm packages');
  expect(terminal).not.toContain('still');
  expect(terminal.endsWith('\r\u001b[K')).toBe(true);
});

function silent() {
  return openProgress(0, written().stream);
}

function written(isTTY = false) {
  const parts: string[] = [];
  return { stream: { isTTY, columns: 100, write: (text: string) => parts.push(text) > 0 }, text: () => parts.join('') };
}

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

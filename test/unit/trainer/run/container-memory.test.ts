import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readContainerMemory } from '../../../../containers/trainer/run/host/container-memory.ts';

const MIB = 2 ** 20;

function groups(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-cgroup-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

test('version 2, inside a container: its group is the root', () => {
  const folder = groups({
    'memory.events': 'low 0\noom 2\noom_kill 2\noom_group_kill 0\n',
    'memory.max': `${350 * MIB}\n`,
  });
  expect(readContainerMemory(folder, '0::/\n')).toEqual({ endedProcesses: 2, limitMiB: 350 });
});

test('version 2 without a limit, in a group below the root', () => {
  const folder = groups({ 'user/me/memory.events': 'oom_kill 0\n', 'user/me/memory.max': 'max\n' });
  expect(readContainerMemory(folder, '0::/user/me\n')).toEqual({ endedProcesses: 0, limitMiB: undefined });
});

test('version 1, inside a container and on a host', () => {
  const files = {
    'memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 1\n',
    'memory.limit_in_bytes': `${7000 * MIB}\n`,
  };
  const of = (below: string) =>
    groups(Object.fromEntries(Object.entries(files).map(([name, text]) => [`memory/${below}${name}`, text])));
  const own = '7:memory:/docker/abc\n0::/docker/abc\n';
  expect(readContainerMemory(of(''), own)).toEqual({ endedProcesses: 1, limitMiB: 7000 });
  expect(readContainerMemory(of('docker/abc/'), own)).toEqual({ endedProcesses: 1, limitMiB: 7000 });
});

test('version 1 reports no limit as a number of pages', () => {
  const folder = groups({
    'memory/memory.oom_control': 'oom_kill 0\n',
    'memory/memory.limit_in_bytes': '9223372036854771712\n',
  });
  expect(readContainerMemory(folder, '')).toEqual({ endedProcesses: 0, limitMiB: undefined });
});

test('where no group is to be read there is nothing to say', () => {
  expect(readContainerMemory(groups({}), '')).toBeUndefined();
});

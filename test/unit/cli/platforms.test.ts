// Commands against a deployed stack run on macOS and Windows, where goldpan's native modules are not installed.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { ROOT } from '#client/target.ts';

const HOOK = pathToFileURL(join(ROOT, 'test/fixtures/other-platform.mjs')).href;
/** These need the emulator, the trainer or native readers of files. */
const LINUX_ONLY = /^cli\/(local|demo)\/|^cli\/commands\/machine\/(local|worker)\.ts$|^cli\/commands\/data\/check\.ts$/;

function runAs(platform: string, arch: string, program: string) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--import', HOOK, '--input-type=module', '--eval', program],
    { cwd: ROOT, env: { ...process.env, SAID_PLATFORM: platform, SAID_ARCH: arch }, encoding: 'utf8' },
  );
  return { status, stdout, stderr };
}

test.each([
  ['darwin', 'arm64'],
  ['win32', 'x64'],
])('every file of the client and of its commands loads on %s without a native module', (platform, arch) => {
  const files = globSync('{client,cli}/**/*.ts', { cwd: ROOT })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file !== 'cli/main.ts' && !LINUX_ONLY.test(file));
  expect(files.length).toBeGreaterThan(100);
  const imports = files.map((file) => `await import(${JSON.stringify(pathToFileURL(join(ROOT, file)).href)});`);
  expect(runAs(platform, arch, `${imports.join('\n')}\nconsole.log(process.platform);`)).toEqual({
    status: 0,
    stdout: `${platform}\n`,
    stderr: '',
  });
});

test('the test sees a native module that is loaded', () => {
  const { status, stderr } = runAs('darwin', 'arm64', "await import('@tensorflow/tfjs-node');");
  expect(status).not.toBe(0);
  expect(stderr).toMatch(/a native module was loaded|not found|Cannot find/i);
});

// The kernel as a program: one file without packages, exit codes that tell, and its reason on standard error.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { minHash } from '#core/similarity/min-hash.ts';

const MAIN = resolve(import.meta.dirname, '../../../../../stages/index/kernel/main.ts');
let folder = '';
let packages: string[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'goldpan-kernel-'));
  const options = { bundle: true, platform: 'node', format: 'esm', target: 'node22', metafile: true } as const;
  const { metafile } = await build({ ...options, entryPoints: [MAIN], outfile: join(folder, 'kernel.mjs') });
  packages = Object.keys(metafile.inputs).filter((input) => input.includes('node_modules'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(args: readonly string[], input: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'kernel.mjs'), ...args], {
    input,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test('it is one file without packages that compares texts', () => {
  expect(packages).toEqual([]);
  const print = Buffer.from(minHash('a text that is compared with itself')).toString('hex');
  const { status, stdout } = run(['verify', 'text', '0.8'], `3\t7\t1\t${print}\t${print}\n`);
  expect({ status, stdout }).toEqual({ status: 0, stdout: 'p\t3\t7\t0\t1\n=\t1\t1\t0\t\n' });
});

test.each([
  ['without a mode', [], '', 64, /use near MAX_DISTANCE/],
  ['with a kind that has no fingerprints', ['verify', 'table', '0.8'], '', 64, /use near/],
  [
    'with a line that it does not understand',
    ['near', '11', '2'],
    '0\t0\tx\n',
    65,
    /Line 1 has 3 fields in place of 5: "0\\t0\\tx"/,
  ],
  ['without its settings', ['observe', 'missing.json'], '', 70, /missing\.json/],
])('%s it ends with a code and a reason', (_, args, input, code, words) => {
  const { status, stdout, stderr } = run(args, input);
  expect({ status, stdout }).toEqual({ status: code, stdout: '' });
  expect(stderr).toMatch(words);
});

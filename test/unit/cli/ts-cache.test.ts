import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { ROOT, STATE_FOLDER } from '#client/target.ts';

const CACHE = pathToFileURL(join(ROOT, 'cli', 'ts-cache.mjs')).href;
const STRIPPED = join(STATE_FOLDER, 'compile-cache', `stripped-${process.version}.json`);

async function run(file: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', CACHE, file]);
  return stdout.trim();
}

test('a file runs from the cache until it changes', async () => {
  mkdirSync(STATE_FOLDER, { recursive: true });
  const folder = mkdtempSync(join(STATE_FOLDER, 'ts-cache-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'one.ts');
  writeFileSync(file, 'const value: number = 1;\nconsole.log(value);\n');
  expect(await run(file)).toBe('1');
  const stored = JSON.parse(readFileSync(STRIPPED, 'utf8')) as Record<string, { code: string }>;
  expect(stored[file]?.code).toBe('const value         = 1;\nconsole.log(value);\n');

  // What is stored is what runs: a mark in the cache shows.
  const marked = { ...stored, [file]: { ...stored[file], code: "console.log('cached');" } };
  writeFileSync(STRIPPED, JSON.stringify(marked));
  expect(await run(file)).toBe('cached');
  writeFileSync(file, 'const value: number = 22;\nconsole.log(value);\n');
  expect(await run(file)).toBe('22');
});

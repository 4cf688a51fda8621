import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Summary } from './summary.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PRODUCT = globSync('{core,stages,functions,containers,client,infra,cli}', { cwd: ROOT });

/** What each step checks is in its configuration file in the root. */
const STEPS: Readonly<Record<string, readonly string[]>> = {
  biome: ['biome', 'check', '.'],
  // TypeScript 7 checks in a third of the time. Tools that call the compiler's API need version 6, which shares the name `tsc`.
  tsc: ['../typescript7/bin/tsc', '-p', '.', '--noEmit'],
  'import rules': ['depcruise', '--config', '.dependency-cruiser.mjs', ...PRODUCT],
  'unused code': ['knip'],
  'code that only tests use': ['knip', '--production', '--include', 'files,exports,types'],
};

/** Runs the lint steps one after another. A step that fails prints its whole output and does not stop the others. */
export async function lint(print: (line: string) => void = (line) => console.log(line)): Promise<Summary> {
  const failures: string[] = [];
  for (const [name, [program, ...args]] of Object.entries(STEPS)) {
    const { code, output } = await capture(join(ROOT, 'node_modules', '.bin', program as string), args);
    print(`lint: ${name} ${code === 0 ? 'passed' : `failed\n${output}`}`);
    if (code !== 0) failures.push(`lint: ${name}`);
  }
  const passed = Object.keys(STEPS).length - failures.length;
  return { passed, failed: failures.length, failures, files: [], notRun: [] };
}

function capture(program: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  const path = `${join(ROOT, 'node_modules', '.bin')}:${process.env.PATH}`;
  return new Promise((settle) => {
    const child = spawn(program, args, { cwd: ROOT, env: { ...process.env, PATH: path } });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (bytes: Buffer) => {
        output += bytes;
      });
    child.once('error', (error) => settle({ code: 1, output: error.message }));
    child.once('close', (code) => settle({ code: code ?? 1, output }));
  });
}

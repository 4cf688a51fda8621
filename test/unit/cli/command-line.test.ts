import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ErrorAnswer } from '#client/answers.ts';
import { ROOT } from '#client/target.ts';
import { buildProgram } from '../../../cli/program.ts';

const BIN = join(ROOT, 'cli', 'bin.mjs');

type Ended = { code: number; stdout: string; stderr: string };

async function goldpan(...args: string[]): Promise<Ended> {
  const environment = { ...process.env, AWS_ENDPOINT_URL: 'http://127.0.0.1:9' };
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, [BIN, ...args], { env: environment })) };
  } catch (error) {
    return error as Ended;
  }
}

test('the launcher hands on arguments, streams and exit codes: usage is 2', async () => {
  const { code, stderr, stdout } = await goldpan('put', 'x');
  expect(code).toBe(2);
  expect(stderr).toContain('--dataset');
  expect(stdout).toBe('');
});

test('a failure is 1, in plain words on stderr, and one document on stdout with --json', async () => {
  const { code, stdout, stderr } = await goldpan('status', 'digits', '--json');
  expect(code).toBe(1);
  expect(ErrorAnswer.parse(JSON.parse(stdout)).error.message).toContain('Nothing answers at http://127.0.0.1:9');
  expect(stderr).toContain('target: http://127.0.0.1:9');
  expect(stderr).not.toMatch(/\n\s+at /);
});

test('every verb and every option says what it is for', () => {
  const pending = [buildProgram('1.0.0')];
  for (const command of pending) {
    pending.push(...command.commands);
    for (const option of command.options) expect(option.description, `${command.name()} ${option.flags}`).not.toBe('');
  }
  expect(pending.map((command) => command.name())).toEqual(
    expect.arrayContaining(['put', 'status', 'fit', 'resume', 'sample', 'interpolate', 'worker', 'up']),
  );
});

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { madeOnce } from '../../../bench/peer/made-once.ts';

const MODULE = resolve(import.meta.dirname, '../../../bench/peer/made-once.ts');

describe('a folder that several processes need', () => {
  let parent: string;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'goldpan-made-once-'));
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  it('is made by one of the processes that start together', async () => {
    const script = join(parent, 'contestant.ts');
    const folder = join(parent, 'environment');
    writeFileSync(
      script,
      `import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
       import { madeOnce } from ${JSON.stringify(MODULE)};
       const folder = ${JSON.stringify(folder)};
       madeOnce(folder, 'a==1', () => {
         appendFileSync(folder + '.calls', 'x');
         mkdirSync(folder);
         Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
         writeFileSync(folder + '/whole', 'yes');
       });
       if (readFileSync(folder + '/whole', 'utf8') !== 'yes') process.exit(1);`,
    );
    const codes = await Promise.all(
      Array.from({ length: 4 }, async () => (await once(fork(script), 'exit'))[0] as number),
    );
    expect(codes).toEqual([0, 0, 0, 0]);
    expect(readFileSync(`${folder}.calls`, 'utf8')).toBe('x');
    expect(readdirSync(parent).filter((name) => name.includes('.lock'))).toEqual([]);
  });

  it('is begun again from nothing after a failure, a change of version and a process that died', () => {
    const folder = join(parent, 'environment');
    const half = () => {
      mkdirSync(folder);
      writeFileSync(join(folder, 'half'), '');
      throw new Error('no network');
    };
    expect(() => madeOnce(folder, 'a==1', half)).toThrow('no network');
    mkdirSync(`${folder}.lock`);
    writeFileSync(join(`${folder}.lock`, 'process'), '2147483646');
    let calls = 0;
    const whole = () => {
      mkdirSync(folder);
      calls++;
    };
    madeOnce(folder, 'a==1', whole);
    madeOnce(folder, 'a==1', whole);
    expect(readdirSync(folder)).toEqual([]);
    expect(calls).toBe(1);
    madeOnce(folder, 'a==2', whole);
    expect(calls).toBe(2);
  });
});

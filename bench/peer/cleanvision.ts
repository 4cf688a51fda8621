// cleanvision in a virtual environment of its own, made at the first use.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const FOLDER = resolve(import.meta.dirname, '../../.goldpan/bench/cleanvision');
const PYTHON = join(FOLDER, 'bin', 'python');
const VERSION = '0.3.7';
const CHECK = join(import.meta.dirname, 'cleanvision_check.py');
const ANSWER_BYTES = 64 * 2 ** 20;

export type Checked = {
  readonly version: string;
  /** Processor seconds and seconds, without starting Python. */
  readonly cpu: number;
  readonly wall: number;
  /** File, relative to the folder, -> the names of its issues. */
  readonly found: Readonly<Record<string, readonly string[]>>;
};

/** Every image below `folder`, by all checks it makes by default, in one process. */
export function checkWithCleanvision(folder: string): Checked {
  setUp();
  const answer = execFileSync(PYTHON, [CHECK, folder], {
    encoding: 'utf8',
    maxBuffer: ANSWER_BYTES,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(answer.slice(answer.lastIndexOf('\n{') + 1)) as Checked;
}

function setUp(): void {
  const installed = join(FOLDER, `cleanvision-${VERSION}`);
  if (existsSync(installed)) return;
  mkdirSync(dirname(FOLDER), { recursive: true });
  execFileSync('python3', ['-m', 'venv', FOLDER], { stdio: 'inherit' });
  execFileSync(PYTHON, ['-m', 'pip', 'install', '--quiet', `cleanvision==${VERSION}`], { stdio: 'inherit' });
  mkdirSync(installed);
}

// A peer written in Python: its packages in a virtual environment of its own, made at the first use.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { sha256 } from '#core/base/hash.ts';

const ENVIRONMENTS = resolve(import.meta.dirname, '../../.goldpan/bench');
const ANSWER_BYTES = 64 * 2 ** 20;
const NAME_LENGTH = 12;

export type PythonPeer = {
  /** Of its folder in .goldpan/bench. */
  readonly name: string;
  /** Exact, `name==version`; others make an environment of their own. */
  readonly packages: readonly string[];
  /** In the folder of this file. */
  readonly script: string;
};

/** What the script answers: JSON, the last line of its output. Throws when it fails. */
export function askPython<Answer>(peer: PythonPeer, args: readonly string[], env: NodeJS.ProcessEnv = {}): Answer {
  const output = execFileSync(pythonOf(peer), [join(import.meta.dirname, peer.script), ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: ANSWER_BYTES,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(output.trimEnd().split('\n').at(-1) as string) as Answer;
}

/** The interpreter with the peer's packages. */
export function pythonOf({ name, packages }: Pick<PythonPeer, 'name' | 'packages'>): string {
  const folder = join(ENVIRONMENTS, name);
  const python = join(folder, 'bin', 'python');
  const installed = join(folder, `installed-${sha256(packages.join(' ')).slice(0, NAME_LENGTH)}`);
  if (existsSync(installed)) return python;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', ...packages], { stdio: 'inherit' });
  mkdirSync(installed);
  return python;
}

// A peer written in Python: its packages in a virtual environment of its own, made at the first use.
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { madeOnce } from './made-once.ts';

const ENVIRONMENTS = resolve(import.meta.dirname, '../../.goldpan/bench');
const ANSWER_BYTES = 64 * 2 ** 20;

export type PythonPeer = {
  /** Of its folder in .goldpan/bench. */
  readonly name: string;
  /** Exact, `name==version`; a change installs the environment anew. */
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

/** Returns the interpreter with the peer's packages. The first call installs them; calls of other processes wait for it. */
export function pythonOf({ name, packages }: Pick<PythonPeer, 'name' | 'packages'>): string {
  const folder = join(ENVIRONMENTS, name);
  const python = join(folder, 'bin', 'python');
  madeOnce(folder, packages.join(' '), () => {
    execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', ...packages], { stdio: 'inherit' });
  });
  return python;
}

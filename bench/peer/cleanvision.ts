// cleanvision, by all the checks that it makes by default.
import { askPython, type PythonPeer } from './python-environment.ts';

const CLEANVISION: PythonPeer = {
  name: 'cleanvision',
  packages: ['cleanvision==0.3.7'],
  script: 'cleanvision_check.py',
};

export type Checked = {
  readonly version: string;
  /** Processor seconds and seconds, without starting Python. */
  readonly cpu: number;
  readonly wall: number;
  /** File, relative to the folder, -> the names of its issues. */
  readonly found: Readonly<Record<string, readonly string[]>>;
  /** Files, relative to the folder, that are equal to one another, or almost. */
  readonly sets: { readonly exact: readonly (readonly string[])[]; readonly near: readonly (readonly string[])[] };
};

/** Every image below `folder`, in one process. */
export function checkWithCleanvision(folder: string): Checked {
  return askPython(CLEANVISION, [folder]);
}

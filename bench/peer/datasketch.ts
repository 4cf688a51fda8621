// datasketch's MinHash and MinHashLSH, with the bands that it chooses and with as many as ours.
import { askPython, type PythonPeer } from './python-environment.ts';

const DATASKETCH: PythonPeer = {
  name: 'datasketch',
  packages: ['datasketch==2.0.0', 'numpy==2.4.6', 'scipy==1.17.1'],
  script: 'datasketch_check.py',
};

/** Of its bands. */
export const BANDINGS = ['its', 'ours'] as const;
type ByBanding<T> = Readonly<Record<(typeof BANDINGS)[number], T>>;
export type DatasketchFound = {
  readonly version: string;
  /** The lower place first. */
  readonly pairs: ByBanding<readonly (readonly [number, number])[]>;
  /** Processor seconds, without starting Python, reading the texts and choosing the bands. */
  readonly cpu: { readonly naming: number; readonly finding: ByBanding<number> };
};

/** `texts`: a file with a list of texts as JSON. */
export function findWithDatasketch(texts: string, minLikeness: number): DatasketchFound {
  return askPython(DATASKETCH, [texts, String(minLikeness)]);
}

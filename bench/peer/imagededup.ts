// imagededup, by its perceptual and its difference hash at the distance that it takes by default.
import { askPython, type PythonPeer } from './python-environment.ts';

/** Without what its networks need. */
const IMAGEDEDUP: PythonPeer = {
  name: 'imagededup',
  packages: [
    '--no-deps',
    'imagededup==0.3.3.post2',
    'numpy==2.4.6',
    'scipy==1.17.1',
    'scikit-learn==1.9.1',
    'cloudpickle==3.1.3',
    'joblib==1.6.0',
    'threadpoolctl==3.8.0',
    'narwhals==2.29.0',
    'pillow==13.0.0',
    'PyWavelets==1.9.0',
    'tqdm==4.70.1',
  ],
  script: 'imagededup_check.py',
};

export const HASHES = ['PHash', 'DHash'] as const;
export type ByHash<T> = Readonly<Record<(typeof HASHES)[number], T>>;
export type ImagededupFound = {
  readonly version: string;
  /** By group: pairs of files, the first name first. */
  readonly found: ByHash<Readonly<Record<string, readonly (readonly [string, string])[]>>>;
  /** Processor seconds over the whole folder, one process, without starting Python. */
  readonly cpu: ByHash<{ readonly naming: number; readonly finding: number }>;
};

/** `groups`: a file with the names of each group's pictures, as JSON. */
export function findWithImagededup(folder: string, groups: string): ImagededupFound {
  return askPython(IMAGEDEDUP, [folder, groups]);
}

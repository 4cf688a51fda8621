// pandera on pandas.
import { askPython, type PythonPeer } from './python-environment.ts';

const PANDERA: PythonPeer = {
  name: 'pandera',
  packages: ['pandera[pandas]==0.35.0', 'pandas==3.1.1', 'pyarrow==26.0.1'],
  script: 'pandera_check.py',
};

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
  return askPython(PANDERA, [table, rules, part, rows ? 'rows' : 'counts']);
}

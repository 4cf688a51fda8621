// pandera on pandas.
import { askPython, type PythonPeer } from './python-environment.ts';
import type { CheckedInPandas } from './table-in-pandas.ts';

const PANDERA: PythonPeer = {
  name: 'pandera',
  packages: ['pandera[pandas]==0.35.0', 'pandas==3.1.1', 'pyarrow==26.0.1'],
  script: 'pandera_check.py',
};

export type PanderaChecked = CheckedInPandas & {
  /** Line of the file -> the codes of the checks that it fails; empty unless asked for. */
  readonly found: Readonly<Record<string, readonly string[]>>;
};

/** `rules`: a file with the table schema as JSON and `now`. `rows`: tells each failing line, and reads ragged lines. */
export function checkWithPandera(table: string, rules: string, part: string, { rows = false } = {}): PanderaChecked {
  return askPython(PANDERA, [table, rules, part, rows ? 'rows' : 'counts']);
}

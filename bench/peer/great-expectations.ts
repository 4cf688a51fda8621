// Great Expectations on pandas.
import { askPython, type PythonPeer } from './python-environment.ts';
import type { CheckedInPandas } from './table-in-pandas.ts';

const GREAT_EXPECTATIONS: PythonPeer = {
  name: 'great-expectations',
  packages: ['great_expectations==1.24.1', 'pandas==3.1.1', 'pyarrow==26.0.1'],
  script: 'great_expectations_check.py',
};
/** It sends nothing anywhere. */
const QUIET = { GX_ANALYTICS_ENABLED: 'false' };

/** `rules`: a file with the table schema as JSON and `now`. */
export function checkWithGreatExpectations(table: string, rules: string, part: string): CheckedInPandas {
  return askPython(GREAT_EXPECTATIONS, [table, rules, part], QUIET);
}

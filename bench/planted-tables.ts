// Known defects are planted in a clean table, and ours and pandera are asked for them: precision and recall of each rule.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Benchmark, higherIsBetter, type Row } from './benchmark.ts';
import { checkWithPandera } from './peer/pandera.ts';
import { checkPlanted, schemaOfFirstUpload } from './planted/table-schema.ts';
import { NOW, type PlantedTable, plantedTable, TABLE_DEFECTS, type TableDefect } from './planted/tables.ts';

const ROWS = 20_000;
/** Of its own: the first upload, from which the rules come, is another table. */
const SEED = 20_260;
const OF_EACH = 200;
const PEER = 'pandera';
/** The peer cannot say it: pandas pads such lines or cuts them. */
const NOT_SHARED: ReadonlySet<TableDefect> = new Set(['table.ragged-row']);
const GOAL_ALONE = 0.95;

type Found = ReadonlyMap<number, ReadonlySet<string>>;
type Score = { readonly precision: number; readonly recall: number; readonly f1: number };

export const plantedTables: Benchmark = {
  sentence: 'Planted defects in a table: precision, recall and F1 of each rule beside pandera.',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'goldpan-planted-table-'));
    try {
      const planted = plantedTable(ROWS, SEED, { ofEach: OF_EACH });
      const [file, rules] = [join(folder, 'table.csv'), join(folder, 'rules.json')];
      const schema = await schemaOfFirstUpload();
      writeFileSync(file, planted.csv);
      writeFileSync(rules, JSON.stringify({ schema, now: NOW.toISOString() }));
      const ours = new Map<number, Set<string>>();
      const { rejects } = await checkPlanted(file, folder, schema);
      for await (const { issues } of rejects())
        ours.set(issues[0].place.line ?? 0, new Set(issues.map(({ code }) => code)));
      const { found, version } = checkWithPandera(file, rules, join(folder, 'peer.parquet'), { rows: true });
      const theirs = new Map(Object.entries(found).map(([line, codes]) => [Number(line), new Set(codes)]));
      const rows = TABLE_DEFECTS.flatMap((code) =>
        rowsOf(code, scoreOf(planted, code, ours), scoreOf(planted, code, theirs)),
      );
      return { versions: { pandera: version }, rows };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Of the clean rows and those with this defect. */
function scoreOf({ defects }: PlantedTable, code: TableDefect, found: Found): Score {
  const said = [...found].filter(([, codes]) => codes.has(code)).map(([line]) => defects.get(line));
  const hits = said.filter((defect) => defect === code).length;
  const alarms = said.filter((defect) => defect === undefined).length;
  const precision = hits + alarms === 0 ? 0 : hits / (hits + alarms);
  const recall = hits / OF_EACH;
  return { precision, recall, f1: hits === 0 ? 0 : (2 * precision * recall) / (precision + recall) };
}

function rowsOf(code: TableDefect, ours: Score, peer: Score): Row[] {
  const alone = NOT_SHARED.has(code);
  const row = (name: keyof Score, goal: number) =>
    higherIsBetter({
      metric: `tables: ${code} ${name}`,
      unit: 'share',
      ours: ours[name],
      peer: alone ? GOAL_ALONE : peer[name],
      peerName: alone ? 'goal' : PEER,
      goal,
    });
  return [row('precision', 0), row('recall', 0), row('f1', 1)];
}

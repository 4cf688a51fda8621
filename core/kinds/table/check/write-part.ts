// The part of a table: its accepted rows as Parquet, each named by its content. Same rows, same bytes.
import * as z from 'zod';
import { name, text } from '../../../base/confined-database.ts';
import { canonicalJson } from '../../../base/hash.ts';
import type { IssueCode } from '../../issues.ts';
import { partColumns } from '../part-columns.ts';
import type { CheckedTable, TableCheck } from './checked-table.ts';
import type { Check } from './checks.ts';
import { profileColumns } from './profile.ts';
import { rowsOfGroup } from './rows-of-group.ts';

const BEFORE = '$before';
const AFTER = '$after';

export async function writeRowsPart(
  table: CheckedTable,
  { staged, schema, config, source }: TableCheck,
  output: string,
): Promise<void> {
  const { database, typed, rejected } = table;
  // A constant is JSON once, not row by row.
  const flags = await combinations(table, 'flag', (codes) => `${text(JSON.stringify(codes))}::json`);
  const fixes = await combinations(table, 'fix', (codes) => {
    const records = JSON.stringify(codes.map((rule) => canonicalJson({ rule, before: BEFORE, after: AFTER })));
    return codes.length === 0
      ? "'[]'::json"
      : `replace(replace(${text(records)}, '${BEFORE}', before), '${AFTER}', left(item, 16))::json`;
  });
  const label = config.labels.startsWith('column:') ? config.labels.slice('column:'.length) : undefined;
  const labelled = typed.find(({ column }) => column.name === label);
  const names = partColumns(schema.columns.map((column) => column.name));
  const common = [
    'item as "itemId"',
    `${text(staged.path)} as path`,
    `${labelled ? `${labelled.v}::varchar` : 'null::varchar'} as label`,
    `${flags} as flags`,
    `${fixes} as fixes`,
    `${config.license === null ? 'null::varchar' : text(config.license)} as license`,
    `${text(source)} as source`,
    'line',
  ];
  const own = typed.map(({ v }, i) => `${v} as ${name(names[i] as string)}`);
  const about = {
    goldpan_schema_version: String(schema.version),
    goldpan_columns: JSON.stringify(
      schema.columns.map((column, i) => ({ name: column.name, in: names[i], type: column.type })),
    ),
    goldpan_profile: JSON.stringify(await profileColumns(table, staged.rows)),
  };
  const metadata = Object.entries(about).map(([key, value]) => `${key}: ${text(value)}`);
  await database.run(`copy (
      select ${[...common, ...own].join(', ')}
      from (select *, sha256(${canonicalRow(table)}) as item from checked where not ${rejected})
    ) to ${text(output)} (format parquet, compression snappy, row_group_size ${rowsOfGroup(common.length + own.length)}, kv_metadata {${metadata.join(', ')}})`);
}

/** The values in the order of the schema as one JSON array, which no other values make. */
function canonicalRow({ typed }: CheckedTable): string {
  return `json_array(${typed.map(({ v }) => v).join(', ')})::varchar`;
}

/** Returns SQL that maps the found codes with that action to the values written for a row. */
async function combinations(
  table: CheckedTable,
  action: Check['action'],
  show: (codes: IssueCode[]) => string,
): Promise<string> {
  const { database, checks, masks, rejected } = table;
  const codes = [...new Set(checks.flatMap((check) => (check.action === action ? [check.code] : [])))].sort();
  if (codes.length === 0) return show([]);
  const bits = codes.map((code, bit) => {
    const hit = masks.any(checks.flatMap((check, i) => (check.code === code && check.action === action ? [i] : [])));
    return `case when ${hit} then ${2 ** bit} else 0 end`;
  });
  const sum = `(${bits.join(' + ')})`;
  const found = await database.rows(
    `select distinct ${sum}::integer as bits from hits where not ${rejected} order by bits`,
    z.object({ bits: z.number() }),
  );
  const cases = found.map(({ bits: hit }) => `when ${hit} then ${show(codes.filter((_, bit) => hit & (2 ** bit)))}`);
  return `case ${sum} ${cases.join(' ')} end`;
}

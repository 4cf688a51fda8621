// Builds every check of a row as a condition in SQL, with the action for it.

import { name, text } from '../../../base/confined-database.ts';
import type { Action } from '../../define/rule.ts';
import type { RulesInForce } from '../../define/rules-in-force.ts';
import type { IssueCode } from '../../issues.ts';
import { nameLikeColumns } from '../../personal-columns.ts';
import { columnsOf, parsePredicate, predicateSql } from '../schema/predicate.ts';
import { isNumeric, isTextual, type TableSchema } from '../schema/schema.ts';
import { isRewrittenSql } from '../sql/moment-sql.ts';
import type { TypedColumn } from './typed.ts';

/** Signs that begin a formula in a spreadsheet, also behind white space and in a further line of the cell. */
const FORMULA = "'(?:^|\\n)[\\s\\x{A0}]*[=+@-]'";
/** Code points with which a cell must begin for that: = + - @, tab, line ends, blanks. */
const FORMULA_STARTS = '[61, 43, 45, 64, 9, 10, 13, 32, 160]';
/** Numbers, and numbers of telephones. */
const NO_FORMULA = "'[+-][0-9(][0-9 ()./,eE+-]*'";
/** Length of an ISO 8601 date, the only other format that is read if none is declared. */
const DAY_LENGTH = 10;
const DAY_MS = 86_400_000;

/** Conditions on a cell that has a value (v), a text without a value (t), or is empty. True if the issue is found. */
export type CellCondition = { readonly value?: string; readonly text?: string; readonly empty?: string };
export type Check = {
  readonly code: IssueCode;
  readonly action: Exclude<Action, 'off'>;
  /** Column names for people; the message shows the cell of the first one. */
  readonly columns: readonly string[];
  readonly allowed?: string;
  /** A text: true where it is found, whatever the cell holds. Undefined where it is found later and set row by row. */
  readonly sql: string | CellCondition | undefined;
  /** Place in the schema of the one column that it looks at; undefined where it may look at others. */
  readonly of: number | undefined;
};
export type CheckPlan = {
  readonly schema: TableSchema;
  readonly rules: RulesInForce;
  readonly typed: readonly TypedColumn[];
  /** By position in the schema: the condition under which white space is trimmed; undefined if there is none. */
  readonly spaced: readonly (string | undefined)[];
  readonly key: string | null;
  readonly label: string | null;
  readonly license: string | null;
  readonly now: Date;
  /** File with the lines of rows whose number of cells was mended. */
  readonly mendedLines: string | undefined;
  /** Found of the whole file, hence of every row. */
  readonly ofFile: readonly { readonly code: IssueCode; readonly columns: readonly string[] }[];
};

export function planChecks(plan: CheckPlan): Check[] {
  const { rules, typed, spaced, key, ofFile } = plan;
  const checks: Check[] = [];
  const personal = nameLikeColumns(typed.map(({ column }) => column.name));
  let of: number | undefined;
  const add = (code: IssueCode, columns: readonly string[], sql: Check['sql'], allowed?: string) => {
    const action = rules[code]?.action ?? 'reject';
    if (action !== 'off') checks.push({ code, action, columns, sql, of, ...(allowed !== undefined && { allowed }) });
  };
  for (const { code, columns } of ofFile) add(code, columns, 'true');
  if (plan.mendedLines !== undefined)
    add('table.ragged-row', [], `line in (select line from ${linesIn(plan.mendedLines)})`);
  for (const [i, one] of typed.entries()) {
    const { column, t, v } = one;
    of = i;
    const at = [column.name];
    const textual = isTextual(column.type);
    const noToken = textual ? undefined : `not (${one.isToken})`;
    const token = textual ? 'true' : one.isToken;
    if (spaced[i]) add('table.space', at, spaced[i]);
    if (one.nulls > 0) add('table.null-token', at, { text: token });
    if (noToken)
      add(
        'table.type',
        at,
        { text: noToken },
        typeAllowed(column.type, column.dateFormat ?? column.timeFormat ?? column.decimal),
      );
    if (!column.nullable) add('table.null', at, { text: token, empty: 'true' }, 'a value');
    if (column.type === 'category') {
      const unknown = (then: string) => ({ value: `case when ${one.known} is not null then false else ${then} end` });
      const allowed = listed(column.categories ?? []);
      add('table.spelling', at, unknown(`${v} <> ${t}`), 'as in the schema');
      add('table.category', at, unknown(`try_cast(${v} as ${name(one.enum)}) is null`), allowed);
    }
    const bounds = [
      column.min !== undefined && `${v} < ${boundSql(column.min, column.type)}`,
      column.max !== undefined &&
        `${v} ${column.type === 'datetime' ? '>= interval 1 day +' : '>'} ${boundSql(column.max, column.type)}`,
    ].filter((bound) => bound !== false);
    if (bounds.length > 0)
      add('table.range', at, { value: bounds.join(' or ') }, `${column.min ?? '...'} to ${column.max ?? '...'}`);
    if (column.pattern !== undefined)
      add('table.pattern', at, { value: `not regexp_full_match(${v}, ${text(column.pattern)})` }, column.pattern);
    if (column.type === 'date')
      add('table.date-format', at, {
        value: column.dateFormat ? `${v}::varchar <> ${t}` : `strlen(${t}) <> ${DAY_LENGTH}`,
      });
    if (column.type === 'datetime') add('table.date-format', at, { value: isRewrittenSql(t) });
    if (column.type === 'integer') add('table.number-format', at, { value: `contains(${t}, '.') or ${t} = '-0'` });
    if (column.decimal === ',') add('table.decimal-comma', at, { value: `contains(${t}, ',') or contains(${t}, '.')` });
    if (column.decimal === '.') add('table.number-format', at, { value: `contains(${t}, ',')` });
    if (column.unit !== undefined) add('table.unit', at, { value: `ends_with(${t}, ${text(column.unit)})` });
    if (column.type === 'text' || column.type === 'id')
      add('table.formula', at, {
        value: `case when list_contains(${FORMULA_STARTS}, ascii(${v})) or contains(${v}, chr(10))
        then regexp_matches(${v}, ${FORMULA}) and not regexp_full_match(${v}, ${NO_FORMULA}) else false end`,
      });
    if (column.unique || column.name === key) add('table.unique', at, undefined, 'each value once');
    if (column.type === 'text' || column.type === 'id')
      add('item.personal-data', at, personal.has(column.name) ? { value: 'true' } : undefined);
  }
  of = undefined;
  for (const check of rowRules(plan)) add(...check);
  const labelled = typed.find(({ column }) => column.name === plan.label);
  if (plan.label !== null) add('item.no-label', [plan.label], labelled ? `${labelled.v} is null` : 'true');
  if (plan.license === null) add('item.no-license', [], 'true');
  add('item.duplicate', [], undefined);
  return checks;
}

function linesIn(file: string): string {
  return `read_csv(${text(file)}, header = false, columns = {line: 'BIGINT'}, delim = ',', auto_detect = false)`;
}

type Added = readonly [code: IssueCode, columns: readonly string[], sql: string, allowed: string];

function rowRules({ schema, typed, now }: CheckPlan): Added[] {
  const names = typed.map(({ column }) => column.name);
  return schema.rules.map((rule): Added => {
    if ('check' in rule) {
      const predicate = parsePredicate(rule.check, names);
      if (!predicate.ok) throw new Error(`the schema holds a condition that is none: ${predicate.reason}`);
      const sql = predicateSql(predicate, (index) => typed[index]?.v ?? 'null');
      const columns = columnsOf(predicate).map((index) => names[index] as string);
      // DuckDB computes a repeated expression once, outside of try(), where it throws; inside a lambda it does not.
      const holds = `try(list_transform([0], lambda once : (${sql}))[1])`;
      // As in SQL's CHECK, a condition that is unknown because a cell is empty does not reject the row.
      return ['table.row-rule', columns, `not coalesce(${holds}, true)`, `${rule.name}: ${rule.check}`];
    }
    const oldest = new Date(now.getTime() - rule.maxAgeDays * DAY_MS).toISOString().slice(0, 19);
    const v = typed.find(({ column }) => column.name === rule.column)?.v ?? 'null';
    return ['table.stale', [rule.column], `${v} < timestamp ${text(oldest)}`, `at most ${rule.maxAgeDays} days old`];
  });
}

function boundSql(bound: number | string, type: TableSchema['columns'][number]['type']): string {
  return isNumeric(type) ? `${Number(bound)}` : `${type === 'date' ? 'date' : 'timestamp'} ${text(String(bound))}`;
}

/** `format`: of a date, or the sign before a fraction. */
function typeAllowed(type: string, format: string | undefined): string {
  const words: Record<string, string> = {
    integer: 'a whole number without a plus sign or leading zeros',
    number: `a number${format ? ` such as ${format === ',' ? '1.234,56' : '1,234.56'}` : ' without a plus sign, leading zeros or more than 17 digits, from 1e-308 to 1e308'}`,
    boolean: 'true or false',
    date: `a date such as 2024-12-31${format ? ` or ${exampleOf(format)}` : ''}`,
    datetime: `a time such as 2024-12-31T23:59:59Z${format ? ` or ${exampleOf(format)}` : ''}`,
  };
  return words[type] ?? type;
}

function listed(values: readonly string[]): string {
  const text = values.slice(0, 12).join(', ');
  return values.length > 12 ? `${text} and ${values.length - 12} more` : text;
}

/** The last second of 2024 as a format writes it. */
function exampleOf(format: string): string {
  const parts: Readonly<Record<string, string>> = {
    d: '31',
    m: '12',
    b: 'Dec',
    B: 'December',
    Y: '2024',
    a: 'Tue',
    A: 'Tuesday',
    H: '23',
    I: '11',
    M: '59',
    S: '59',
    p: 'PM',
  };
  return format.replaceAll(/%([a-zA-Z])/g, (part, letter: string) => parts[letter] ?? part);
}

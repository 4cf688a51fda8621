// Finds row rules that are valid token by token but cannot be evaluated: wrong grammar or wrong types.
import * as z from 'zod';
import { parsePredicate, predicateSql } from '../schema/predicate.ts';
import type { ColumnType, TableSchema } from '../schema/schema.ts';
import type { Database } from './database.ts';

export type UnusableRule = {
  /** Place in the rules of the schema. */
  readonly place: number;
  readonly check: string;
  readonly reason: string;
};

const SQL_TYPES: Readonly<Record<ColumnType, string>> = {
  integer: 'bigint',
  number: 'double',
  boolean: 'boolean',
  date: 'date',
  datetime: 'timestamp',
  category: 'varchar',
  text: 'varchar',
  id: 'varchar',
};
const LONGEST_REASON = 150;
const Described = z.object({ column_type: z.string() });

/** Binds each row rule to an empty table with the types of the schema, and returns those that cannot be computed. */
export async function unusableRules({ columns, rules }: TableSchema, database: Database): Promise<UnusableRule[]> {
  const names = columns.map(({ name }) => name);
  const cells = columns.map(({ type }, i) => `null::${SQL_TYPES[type]} as v${i}`).join(', ');
  const found: UnusableRule[] = [];
  for (const [place, rule] of rules.entries()) {
    if (!('check' in rule)) continue;
    const predicate = parsePredicate(rule.check, names);
    if (!predicate.ok) throw new Error(`the schema holds a condition that is none: ${predicate.reason}`);
    const condition = predicateSql(predicate, (index) => `v${index}`);
    const reason = await reasonAgainst(`select (${condition}) as holds from (select ${cells})`, database);
    if (reason !== undefined) found.push({ place, check: rule.check, reason });
  }
  return found;
}

/** One row of empty cells is also evaluated, because an invalid date literal is only found then. */
async function reasonAgainst(sql: string, database: Database): Promise<string | undefined> {
  try {
    const type = (await database.rows(`describe ${sql}`, Described))[0]?.column_type;
    await database.run(sql);
    return type === 'BOOLEAN' ? undefined : `a condition that is true or false; this one is a value of type ${type}`;
  } catch (error) {
    // Lines after the first contain the generated SQL, which the user did not write.
    const [first = ''] = String((error as Error).message).split('\n');
    if (!/^(Parser|Binder|Conversion|Invalid Input|Out of Range|Catalog|Not implemented) Error: /.test(first))
      throw error;
    return `a condition that can be computed: ${first.replace(/^[\w ]+ Error: /, '').slice(0, LONGEST_REASON)}`;
  }
}

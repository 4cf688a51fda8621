// Translates conditions on rows to codes: which codes may be generated, and which conditions must still be checked on the cells.

import { unknownCode } from './code-field.ts';
import { type Bin, type Cell, type ColumnCodec, fieldsOf, subColumnsOf, type TableCodec } from './codec.ts';
import { onGrid } from './fit-numbers.ts';
import type { Condition } from './parse-conditions.ts';
import { cellFrom } from './read-cells.ts';

const MS_A_DAY = 86_400_000;

/** A test of a cell, and the range that it allows for numbers. */
type Test = { readonly holds: (cell: Cell) => boolean; readonly low: number; readonly high: number };

export type Restriction = {
  /** [codes]: 1 where a code may be drawn. */
  readonly allowed: Uint8Array;
  /** Places of the sub-columns that are restricted. */
  readonly restricted: readonly number[];
  /** Moves numbers into the range of the conditions where a code stands for several numbers. */
  readonly clamp: (cells: Cell[][]) => void;
  /** Returns whether a row satisfies all conditions. */
  readonly holds: (cells: readonly (readonly Cell[])[], row: number) => boolean;
};
export type Restricted =
  | { readonly ok: true; readonly value: Restriction }
  | { readonly ok: false; readonly problem: 'invalid' | 'unavailable' | 'impossible'; readonly reason: string };

/** Without conditions every code of the training rows may be drawn. */
export function restrict(codec: TableCodec, conditions: readonly Condition[]): Restricted {
  const subColumns = subColumnsOf(codec);
  const allowed = new Uint8Array(subColumns.reduce((sum, { codes }) => sum + codes, 0)).fill(1);
  for (const { column, field, part, offset } of subColumns) {
    const coding = fieldsOf(codec.columns[column] as ColumnCodec)[field];
    const unknown = coding && part === 0 ? unknownCode(coding) : undefined;
    // The code for unknown values is only allowed if the column has no other code.
    if (unknown !== undefined && unknown > 0) allowed[offset + unknown] = 0;
  }
  const tests = new Map<number, Test[]>();
  const restricted = new Set<number>();
  for (const condition of conditions) {
    const place = codec.columns.findIndex(({ name }) => name === condition.column);
    const column = codec.columns[place];
    if (!column) {
      const names = codec.columns.map(({ name }) => name).join(', ');
      return {
        ok: false,
        problem: 'invalid',
        reason: `there is no column ${condition.column}; the columns are ${names}`,
      };
    }
    const { source } = column;
    if (source.from === 'sequence' || source.from === 'patterns')
      return { ok: false, problem: 'unavailable', reason: `${column.name} is not modelled but generated anew` };
    const test = testOf(column, condition);
    if (typeof test === 'string') return { ok: false, problem: 'invalid', reason: test };
    tests.set(place, [...(tests.get(place) ?? []), test]);
    const leader = source.from === 'lookup' ? source.column : place;
    // Rows that do not satisfy it are drawn again.
    if (source.from === 'offset' || source.from === 'formula') continue;
    const led =
      source.from === 'lookup'
        ? new Set(source.entries.filter(({ value }) => test.holds(value)).map(({ key }) => key))
        : undefined;
    const mayBe = led
      ? { holds: (cell: Cell) => led.has(cell), low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
      : test;
    for (const [at, { column: of, field, part, codes, offset }] of subColumns.entries()) {
      if (of !== leader) continue;
      restricted.add(at);
      const coding = fieldsOf(codec.columns[leader] as ColumnCodec)[field];
      if (!coding || part > 0 || field > 0) continue;
      for (let code = 0; code < codes; code++) {
        if (!isPossible(codec.columns[leader] as ColumnCodec, code, mayBe)) allowed[offset + code] = 0;
      }
      if (!allowed.subarray(offset, offset + codes).includes(1))
        return {
          ok: false,
          problem: 'impossible',
          reason: `no value of ${column.name} in the training rows satisfies it`,
        };
    }
  }
  const holds = (cells: readonly (readonly Cell[])[], row: number) =>
    [...tests].every(([place, of]) => of.every((test) => test.holds(cells[place]?.[row] as Cell)));
  return { ok: true, value: { allowed, restricted: [...restricted], clamp: clampOf(codec, tests), holds } };
}

/** Returns whether a value of this first code of the column's first field can satisfy the test. */
function isPossible(column: ColumnCodec, code: number, { holds, low, high }: Test): boolean {
  const field = fieldsOf(column)[0];
  if (!field) return false;
  const unit = fieldsOf(column).length === 2 ? MS_A_DAY * 1000 : 1;
  const meets = (from: number, to: number) => (to + 1) * unit > low && from * unit <= high;
  switch (field.coding) {
    case 'values': {
      const value = code < field.values.length ? (field.values[code] as Cell) : null;
      if (unit > 1 && typeof value === 'number') return meets(value, value);
      return holds(value);
    }
    case 'ranks': {
      const ranked = field.values.slice(code * field.base, (code + 1) * field.base);
      return ranked.length > 0 ? ranked.some(holds) : holds(null);
    }
    case 'bins': {
      if (code < field.spikes.length && unit === 1) return holds(field.spikes[code] as number);
      if (code < field.spikes.length) return meets(field.spikes[code] as number, field.spikes[code] as number);
      const group = field.groups[code - field.spikes.length];
      if (!group) return holds(null);
      const [from, to] = [(group[0] as Bin).low, (group.at(-1) as Bin).high];
      return unit > 1 ? meets(from, to) : to >= low && from <= high && !(low === high && !holds(low));
    }
  }
}

function clampOf(codec: TableCodec, tests: ReadonlyMap<number, Test[]>): (cells: Cell[][]) => void {
  return (cells) => {
    for (const [place, of] of tests) {
      const { source } = codec.columns[place] as ColumnCodec;
      const field = source.from === 'coded' && source.fields.length === 1 ? source.fields[0] : undefined;
      if (field?.coding !== 'bins') continue;
      const low = Math.max(...of.map((test) => test.low));
      const high = Math.min(...of.map((test) => test.high));
      const column = cells[place] as Cell[];
      for (const [row, cell] of column.entries()) {
        if (typeof cell === 'number' && !of.every((test) => test.holds(cell)))
          column[row] = onGrid(Math.min(Math.max(cell, low), high), field.grid);
      }
    }
  };
}

/** A sentence where a value does not fit the column. */
function testOf(column: ColumnCodec, { comparison, values }: Condition): Test | string {
  const { name, type } = column;
  const everything = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  if (comparison === 'null') return { ...everything, holds: (cell) => cell === null };
  if (comparison === 'not null') return { ...everything, holds: (cell) => cell !== null };
  const given = values.map((value) => cellIn(column, value));
  const bad = values.find((_, at) => given[at] === undefined);
  if (bad !== undefined) return `${bad} is no value of ${name}, which is of type ${type}`;
  const [first = null, second = null] = given as Cell[];
  if (comparison === 'in') {
    const numbers = given.filter((cell) => typeof cell === 'number');
    const range = numbers.length === 0 ? everything : { low: Math.min(...numbers), high: Math.max(...numbers) };
    return { ...range, holds: (cell) => given.includes(cell) };
  }
  if (comparison === '=') return { ...rangeOf(first, first), holds: (cell) => cell === first };
  if (comparison === '!=') return { ...everything, holds: (cell) => cell !== null && cell !== first };
  if (typeof first !== 'number') return `${comparison} compares numbers and dates; ${name} is of type ${type}`;
  switch (comparison) {
    case 'between':
      return {
        low: first,
        high: Number(second),
        holds: (cell) => isNumber(cell) && cell >= first && cell <= Number(second),
      };
    case '<':
      return { low: everything.low, high: first, holds: (cell) => isNumber(cell) && cell < first };
    case '<=':
      return { low: everything.low, high: first, holds: (cell) => isNumber(cell) && cell <= first };
    case '>':
      return { low: first, high: everything.high, holds: (cell) => isNumber(cell) && cell > first };
    case '>=':
      return { low: first, high: everything.high, holds: (cell) => isNumber(cell) && cell >= first };
  }
}

function isNumber(cell: Cell): cell is number {
  return typeof cell === 'number';
}

function rangeOf(low: Cell, high: Cell) {
  return {
    low: isNumber(low) ? low : Number.NEGATIVE_INFINITY,
    high: isNumber(high) ? high : Number.POSITIVE_INFINITY,
  };
}

/** Returns a value written in a condition, as in the table or in ISO 8601; undefined if it is not of the type of the column. */
function cellIn(column: ColumnCodec, text: string): Cell | undefined {
  switch (column.type) {
    case 'integer':
    case 'number':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
    case 'boolean':
      return cellFrom(column, text) ?? undefined;
    case 'date':
    case 'datetime': {
      const written = cellFrom(column, text);
      if (typeof written === 'number') return written;
      const moment = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : `${text.replace(' ', 'T')}Z`);
      if (Number.isNaN(moment)) return undefined;
      return column.type === 'date' ? Math.floor(moment / MS_A_DAY) : moment * 1000;
    }
    default:
      return text;
  }
}

// The names of a table's columns, from its first line.
import type { Issue } from '../../define/issue.ts';
import type { RulesInForce } from '../../define/rules-in-force.ts';
import { isSequence } from '../layout/header-or-row.ts';
import { TABLE_LIMITS } from '../limits.ts';

const NUMBER = /^[+-]?(\d+([.,]\d+)?|[.,]\d+)([eE][+-]?\d+)?$/;
/** Maximum share of cells that cannot be names; above it, the line is a row or a title. */
const MOST_NAMELESS = 0.5;

export type Header = { readonly ok: true; readonly names: string[] } | { readonly ok: false; readonly issue: Issue };

/** A column without a name is called by its place. */
export function headerNames(cells: readonly string[], path: string, rules: RulesInForce): Header {
  const wrong = (code: Issue['code'], given: string, allowed: string): Header => ({
    ok: false,
    issue: { code, place: { path, line: 1 }, given: given.slice(0, TABLE_LIMITS.givenLength), allowed },
  });
  const names = cells.map((cell, i) => cell.trim() || `column_${i + 1}`);
  const long = names.find((one) => one.length > TABLE_LIMITS.columnNameLength);
  if (long !== undefined)
    return wrong('table.corrupt', long, `names of at most ${TABLE_LIMITS.columnNameLength} characters`);
  const numbers = cells.map((cell) => cell.trim()).filter((cell) => NUMBER.test(cell));
  const isCounted = isSequence(numbers);
  const nameless = cells.filter((cell) => cell.trim() === '').length + (isCounted ? 0 : numbers.length);
  if (rules['table.no-header']?.action !== 'off' && nameless > names.length * MOST_NAMELESS)
    return wrong('table.no-header', cells.join(', '), 'names of columns; table: { header: false } where it is a row');
  const seen = new Map<string, number>();
  const unique = names.map((one) => {
    const before = seen.get(one) ?? 0;
    seen.set(one, before + 1);
    return before === 0 ? one : `${one}_${before + 1}`;
  });
  if (new Set(names).size === names.length) return { ok: true, names };
  const twice = [...seen].find(([, count]) => count > 1)?.[0] as string;
  const fixed = new Set(unique).size === unique.length;
  return rules['table.duplicate-header']?.action === 'fix' && fixed
    ? { ok: true, names: unique }
    : wrong('table.duplicate-header', twice, 'each name once');
}

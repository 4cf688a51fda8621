// The conditions of a schema as functions of a row, for rows that no database sees: the operators and functions of predicate.ts, with
// SQL's logic of three values (null: unknown) and DuckDB's meaning of each function.
import { type Predicate, parsePredicate } from '../../schema/predicate.ts';
import { type Computed, FUNCTIONS_OF_SQL, type Moment, momentOf, OPERATORS_OF_SQL } from './predicate-values.ts';

/** The value of a column of the row, by place. */
export type RowValue = (column: number) => Computed;
export type RowCondition = (row: RowValue) => Computed;

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};
/** From the loosest to the tightest. */
const BINARY = [['||'], ['+', '-'], ['*', '/', '%']];

/** Undefined where the text is no condition over these columns that is understood here. */
export function rowCondition(check: string, columns: readonly string[]): RowCondition | undefined {
  const predicate = parsePredicate(check, columns);
  if (!predicate.ok) return undefined;
  try {
    return conditionOf(predicate);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function conditionOf({ tokens }: Predicate): RowCondition {
  let at = 0;
  const word = () => {
    const token = tokens[at];
    return token?.type === 'verbatim' ? token.sql : undefined;
  };
  const take = (...wanted: string[]) => {
    const found = wanted.every((one, ahead) => {
      const token = tokens[at + ahead];
      return token?.type === 'verbatim' && token.sql === one;
    });
    if (found) at += wanted.length;
    return found;
  };
  const need = (wanted: string) => {
    if (!take(wanted)) throw new SyntaxError(`${wanted} is missing`);
  };
  const either = (): RowCondition => {
    let left = both();
    while (take('or')) left = joined(left, both(), true);
    return left;
  };
  const both = (): RowCondition => {
    let left = negated();
    while (take('and')) left = joined(left, negated(), false);
    return left;
  };
  const negated = (): RowCondition => {
    if (!take('not')) return comparison();
    return opposite(negated());
  };
  const comparison = (): RowCondition => {
    let left = binary(0);
    for (;;) {
      const sign = word();
      if (sign !== undefined && sign in COMPARISONS) {
        at++;
        left = compared(left, binary(0), COMPARISONS[sign] as (order: number) => boolean);
        continue;
      }
      if (take('is')) {
        left = identity(left);
        continue;
      }
      const isNot = take('not');
      const test = take('between') ? between(left) : take('in') ? among(left) : take('like') ? like(left) : undefined;
      if (!test) {
        if (isNot) throw new SyntaxError('not stands alone');
        return left;
      }
      left = isNot ? opposite(test) : test;
    }
  };
  const identity = (left: RowCondition): RowCondition => {
    const isNot = take('not');
    if (take('distinct', 'from')) {
      const right = binary(0);
      const same: RowCondition = (row) => {
        const [a, b] = [left(row), right(row)];
        return a === null || b === null ? a === b : orderOf(a, b) === 0;
      };
      return isNot ? same : opposite(same);
    }
    for (const [name, value] of [
      ['null', null],
      ['true', true],
      ['false', false],
    ] as const) {
      if (take(name)) return (row) => (left(row) === value) !== isNot;
    }
    throw new SyntaxError('is needs null, true, false or distinct from');
  };
  const between = (left: RowCondition): RowCondition => {
    const low = binary(0);
    need('and');
    const high = binary(0);
    return joined(
      compared(left, low, (order) => order >= 0),
      compared(left, high, (order) => order <= 0),
      false,
    );
  };
  const among = (left: RowCondition): RowCondition => {
    need('(');
    return list()
      .map((one) => compared(left, one, (order) => order === 0))
      .reduce((a, b) => joined(a, b, true));
  };
  const like = (left: RowCondition): RowCondition => {
    const right = binary(0);
    return (row) => {
      const [text, pattern] = [left(row), right(row)];
      if (text === null || pattern === null) return null;
      const source = String(pattern)
        .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
        .replaceAll('%', '[^]*')
        .replaceAll('_', '[^]');
      return new RegExp(`^${source}$`, 'u').test(String(text));
    };
  };
  /** Parses a list with commas up to the closing parenthesis. */
  const list = (): RowCondition[] => {
    if (take(')')) return [];
    const found = [either()];
    while (take(',')) found.push(either());
    need(')');
    return found;
  };
  const binary = (level: number): RowCondition => {
    const operators = BINARY[level];
    if (!operators) return unary();
    let left = binary(level + 1);
    for (let sign = word(); sign !== undefined && operators.includes(sign); sign = word()) {
      at++;
      const [a, b] = [left, binary(level + 1)];
      const compute = OPERATORS_OF_SQL[sign] as (x: Computed, y: Computed) => Computed;
      left = (row) => compute(a(row), b(row));
    }
    return left;
  };
  const unary = (): RowCondition => {
    if (take('+')) return unary();
    if (!take('-')) return primary();
    const own = unary();
    return (row) => OPERATORS_OF_SQL['-']?.(0, own(row)) ?? null;
  };
  const primary = (): RowCondition => {
    const token = tokens[at++];
    if (token === undefined) throw new SyntaxError('it ends too soon');
    if (token.type === 'column') return (row) => row(token.index);
    if (token.type === 'text') return () => token.text;
    const { sql } = token;
    if (sql === '(') {
      const inner = either();
      need(')');
      return inner;
    }
    if (sql === 'case') return choice();
    if (sql === 'true' || sql === 'false') return () => sql === 'true';
    if (sql === 'null') return () => null;
    const compute = FUNCTIONS_OF_SQL[sql];
    if (compute) {
      need('(');
      const given = list();
      return (row) => compute(given.map((one) => one(row)));
    }
    const number = Number(sql);
    if (Number.isNaN(number)) throw new SyntaxError(`${sql} stands where a value is expected`);
    return () => number;
  };
  const choice = (): RowCondition => {
    const subject = word() === 'when' ? undefined : either();
    const branches: { when: RowCondition; value: RowCondition }[] = [];
    while (take('when')) {
      const asked = either();
      need('then');
      const when = subject ? compared(subject, asked, (order) => order === 0) : asked;
      branches.push({ when, value: either() });
    }
    const otherwise = take('else') ? either() : () => null;
    need('end');
    return (row) => (branches.find(({ when }) => when(row) === true)?.value ?? otherwise)(row);
  };

  const whole = either();
  if (at < tokens.length) throw new SyntaxError('something follows the condition');
  return whole;
}

/** `or` where `decides` is true, else `and`: one side that decides is enough, whatever the other one is. */
function joined(left: RowCondition, right: RowCondition, decides: boolean): RowCondition {
  return (row) => {
    const a = left(row);
    if (a === decides) return decides;
    const b = right(row);
    if (b === decides) return decides;
    return a === null || b === null ? null : !decides;
  };
}

function opposite(condition: RowCondition): RowCondition {
  return (row) => {
    const value = condition(row);
    return value === null ? null : value === false;
  };
}

function compared(left: RowCondition, right: RowCondition, holds: (order: number) => boolean): RowCondition {
  return (row) => {
    const [a, b] = [left(row), right(row)];
    if (a === null || b === null) return null;
    const order = orderOf(a, b);
    return order === undefined ? null : holds(order);
  };
}

type Present = Exclude<Computed, null>;

/** Below, at or above zero. A text beside a time is read as one; undefined where it is none. Above all numbers stands what is none. */
function orderOf(a: Present, b: Present): number | undefined {
  if (isMoment(a) || isMoment(b)) {
    const [one, other] = [momentOf(a), momentOf(b)];
    return one && other ? one.micros - other.micros : undefined;
  }
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : Number(a > b);
  const [one, other] = [Number(a), Number(b)];
  if (Number.isNaN(one) || Number.isNaN(other)) return Number(Number.isNaN(one)) - Number(Number.isNaN(other));
  return one === other ? 0 : one - other;
}

function isMoment(value: Present): value is Moment {
  return typeof value === 'object';
}

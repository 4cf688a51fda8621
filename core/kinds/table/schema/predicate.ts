// The conditions that rows must satisfy: a closed subset of SQL, read token by token. What is no column, number, text,
// operator or function of these lists is refused, so a condition can name no file, no setting and no other table.

const LONGEST = 1_000;
const DEEPEST = 20;
const OPERATORS = new Set(['=', '<>', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/', '%', '||', '(', ')', ',']);
const KEYWORDS = new Set(
  'and or not in between is null like true false case when then else end distinct from'.split(' '),
);
const FUNCTIONS = new Set(
  'abs ceil floor round least greatest coalesce nullif length lower upper trim sqrt ln exp power mod sign year month day hour date_diff strlen contains starts_with ends_with'.split(
    ' ',
  ),
);
const TOKEN =
  /\s+|(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|'((?:[^']|'')*)'|"((?:[^"]|"")*)"|([\p{L}_][\p{L}\p{N}_]*)|(<>|!=|<=|>=|\|\||[=<>+\-*/%(),])/uy;

type Token =
  | { readonly type: 'verbatim'; readonly sql: string }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'column'; readonly index: number };
export type Predicate = { readonly ok: true; readonly tokens: readonly Token[] };
export type BadPredicate = { readonly ok: false; readonly reason: string };

/** `columns`: names by place. A name with other signs than letters, digits and _ stands in double quotes. */
export function parsePredicate(source: string, columns: readonly string[]): Predicate | BadPredicate {
  if (source.length > LONGEST) return bad(`at most ${LONGEST} characters`);
  const tokens: Token[] = [];
  let depth = 0;
  let at = 0;
  while (at < source.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(source);
    if (!match) return bad(`what stands at ${JSON.stringify(source.slice(at, at + 10))} is no part of a condition`);
    at = TOKEN.lastIndex;
    const [, number, text, quoted, word, operator] = match;
    if (operator === '(' && ++depth > DEEPEST) return bad(`parentheses at most ${DEEPEST} deep`);
    if (operator === ')' && --depth < 0) return bad('a parenthesis is closed that was not opened');
    if (number !== undefined && !Number.isFinite(Number(number))) return bad(`${number} is too large`);
    if (number !== undefined) tokens.push({ type: 'verbatim', sql: number });
    else if (operator !== undefined && OPERATORS.has(operator)) tokens.push({ type: 'verbatim', sql: operator });
    else if (text !== undefined) tokens.push({ type: 'text', text: text.replaceAll("''", "'") });
    else if (quoted !== undefined || word !== undefined) {
      const called = /^\s*\(/.test(source.slice(at));
      const token = named({ word, quoted, called }, columns);
      if ('reason' in token) return token;
      tokens.push(token);
    }
  }
  if (depth !== 0) return bad('a parenthesis is not closed');
  if (!tokens.some(({ type }) => type === 'column')) return bad('it names no column');
  return { ok: true, tokens };
}

/** The condition as SQL, each column as `columnSql` writes it. */
export function predicateSql({ tokens }: Predicate, columnSql: (index: number) => string): string {
  return tokens
    .map((token) => {
      if (token.type === 'column') return columnSql(token.index);
      return token.type === 'text' ? `'${token.text.replaceAll("'", "''")}'` : token.sql;
    })
    .join(' ');
}

/** The columns that the condition looks at, by place. */
export function columnsOf({ tokens }: Predicate): number[] {
  return [...new Set(tokens.flatMap((token) => (token.type === 'column' ? [token.index] : [])))];
}

type Named = { readonly word: string | undefined; readonly quoted: string | undefined; readonly called: boolean };

function named({ word, quoted, called }: Named, columns: readonly string[]): Token | BadPredicate {
  const name = quoted?.replaceAll('""', '"') ?? (word as string);
  const lower = name.toLowerCase();
  if (word !== undefined && KEYWORDS.has(lower)) return { type: 'verbatim', sql: lower };
  if (called) {
    if (word !== undefined && FUNCTIONS.has(lower)) return { type: 'verbatim', sql: lower };
    return bad(`${name} is no function that conditions have: ${[...FUNCTIONS].join(', ')}`);
  }
  const index = columns.indexOf(name);
  return index < 0 ? bad(`there is no column ${name}`) : { type: 'column', index };
}

function bad(reason: string): BadPredicate {
  return { ok: false, reason };
}

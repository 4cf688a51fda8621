// Parses conditions on rows: comparisons joined by `and`, such as `income = '>50K' and age >= 60 and job in ('clerk', 'cook')`.

type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'between' | 'null' | 'not null';
export type Condition = {
  readonly column: string;
  readonly comparison: Comparison;
  readonly values: readonly string[];
};
export type ParsedConditions =
  | { readonly ok: true; readonly conditions: readonly Condition[] }
  | { readonly ok: false; readonly reason: string };

const TOKEN = /\s*(?:"((?:[^"]|"")*)"|'((?:[^']|'')*)'|(<>|!=|<=|>=|[<>=(),])|([^\s"'<>=!(),]+))/y;

type Token = { readonly type: 'name' | 'text' | 'sign' | 'word'; readonly text: string };

/** Column names stand bare or in double quotes, texts in single quotes. */
export function parseConditions(text: string): ParsedConditions {
  const tokens = tokensOf(text);
  if (typeof tokens === 'string') return { ok: false, reason: tokens };
  const conditions: Condition[] = [];
  let at = 0;
  const isWord = (word: string) => tokens[at]?.type === 'word' && tokens[at]?.text.toLowerCase() === word;
  const take = (word: string) => {
    if (!isWord(word)) return false;
    at++;
    return true;
  };
  const value = (): string | undefined => {
    const token = tokens[at];
    if (!token || token.type === 'sign') return undefined;
    at++;
    return token.text;
  };
  for (;;) {
    const column = value();
    if (column === undefined) return failure('a column name', tokens[at]);
    if (take('is')) {
      const comparison = take('not') ? 'not null' : 'null';
      if (!take('null')) return failure('null', tokens[at]);
      conditions.push({ column, comparison, values: [] });
    } else if (take('between')) {
      const low = value();
      if (low === undefined || !take('and')) return failure('a value and `and`', tokens[at]);
      const high = value();
      if (high === undefined) return failure('a value', tokens[at]);
      conditions.push({ column, comparison: 'between', values: [low, high] });
    } else if (take('in')) {
      const values: string[] = [];
      let expected = '(';
      while (tokens[at]?.text !== ')') {
        if (tokens[at]?.text !== expected) return failure(`\`${expected}\``, tokens[at]);
        at++;
        expected = ',';
        const one = value();
        if (one === undefined) return failure('a value', tokens[at]);
        values.push(one);
      }
      at++;
      conditions.push({ column, comparison: 'in', values });
    } else {
      const sign = tokens[at];
      if (sign?.type !== 'sign' || sign.text.length === 0 || '(),'.includes(sign.text))
        return failure('a comparison', sign);
      at++;
      const compared = value();
      if (compared === undefined) return failure('a value', tokens[at]);
      const comparison = (sign.text === '<>' ? '!=' : sign.text) as Comparison;
      conditions.push({ column, comparison, values: [compared] });
    }
    if (at === tokens.length) return { ok: true, conditions };
    if (!take('and')) return failure('`and`', tokens[at]);
  }
}

function failure(expected: string, token: Token | undefined): ParsedConditions {
  return { ok: false, reason: `expected ${expected} ${token ? `where ${token.text} stands` : 'at the end'}` };
}

function tokensOf(text: string): Token[] | string {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (text.slice(TOKEN.lastIndex).trim() !== '') {
    const from = TOKEN.lastIndex;
    const [, name, quoted, sign, word] = TOKEN.exec(text) ?? [];
    if (name !== undefined) tokens.push({ type: 'name', text: name.replaceAll('""', '"') });
    else if (quoted !== undefined) tokens.push({ type: 'text', text: quoted.replaceAll("''", "'") });
    else if (sign !== undefined) tokens.push({ type: 'sign', text: sign });
    else if (word !== undefined) tokens.push({ type: 'word', text: word });
    else return `nothing can be read from ${text.slice(from, from + 20)}`;
  }
  return tokens;
}

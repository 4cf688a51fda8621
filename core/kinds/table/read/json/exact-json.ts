// JSON whose numbers keep their digits: what a double would write otherwise is read by its text.

/** Stands before the text of such a number. No text may contain it where numbers are kept. */
const MARK = '\ue000\uf8ff';
const MAY_LOSE = /\d{16}|\d\.\d*0(?!\d)|\d[eE]/;
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const MARKED = new RegExp(`"${MARK}([^"]*)"`, 'g');

/** As JSON.parse, which throws, but that numbers which a double writes otherwise are told by `textOfJson`. */
export function parseExactJson(text: string): unknown {
  if (!MAY_LOSE.test(text) || text.includes(MARK)) return JSON.parse(text);
  // What is no JSON is told by the text as it is.
  JSON.parse(text);
  return JSON.parse(
    text.replace(TOKEN, (token) => {
      if (token.startsWith('"')) return token;
      const value = Number(token);
      return !Number.isFinite(value) || String(value) === token ? token : `"${MARK}${token}"`;
    }),
  );
}

/** A text as it is, other values as JSON. */
export function textOfJson(value: unknown): string {
  if (typeof value === 'string') return value.startsWith(MARK) ? value.slice(MARK.length) : value;
  return JSON.stringify(value).replaceAll(MARKED, '$1');
}

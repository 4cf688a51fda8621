// Parses JSON and keeps the digits of numbers that a double would change, by keeping their text.

/** Marks the text of such a number. No text may contain it where numbers are kept. */
const MARK = '\ue000\uf8ff';
const MAY_LOSE = /\d{16}|\d\.\d*0(?!\d)|\d[eE]/;
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const MARKED = new RegExp(`"${MARK}([^"]*)"`, 'g');

/** Parses like JSON.parse and throws like it; numbers that a double would change are kept for `textOfJson`. */
export function parseExactJson(text: string): unknown {
  if (!MAY_LOSE.test(text) || text.includes(MARK)) return JSON.parse(text);
  // Throws the error about the original text if it is not JSON.
  JSON.parse(text);
  return JSON.parse(
    text.replace(TOKEN, (token) => {
      if (token.startsWith('"')) return token;
      const value = Number(token);
      return !Number.isFinite(value) || String(value) === token ? token : `"${MARK}${token}"`;
    }),
  );
}

/** Returns a number that is given as text; its text is kept where a double would change its digits. */
export function exactNumber(text: string): number | string {
  const value = Number(text);
  return !Number.isFinite(value) || String(value) === text ? value : `${MARK}${text}`;
}

/** A text as it is, other values as JSON. */
export function textOfJson(value: unknown): string {
  if (typeof value === 'string') return value.startsWith(MARK) ? value.slice(MARK.length) : value;
  return JSON.stringify(value).replaceAll(MARKED, '$1');
}

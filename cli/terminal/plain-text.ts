// Keeps control and bidirectional characters of names and values away from a terminal, where they would move the cursor,
// change colours, or show a name in another order than it is stored (Unicode TR 36, section 3.2).

/** C0, DEL and C1 controls but for the line feed, the bidi marks, embeddings, overrides and isolates, and the line separators. */
const UNSAFE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;
/** Members whose text has lines of its own. In every other member a line feed is part of a name. */
const MULTILINE = new Set(['yaml', 'row', 'texts']);

/** Returns the text with unsafe characters written as escapes; line feeds stay. */
export function plainText(text: string): string {
  return text.replace(UNSAFE, (character) => (character === '\n' ? character : escaped(character)));
}

/** Returns the text as one line. */
export function plainLine(text: string): string {
  return text.replace(UNSAFE, escaped);
}

/** Returns a copy of an output in which every string, member names included, is safe to print. */
export function plainOutput<T>(output: T, member = ''): T {
  if (typeof output === 'string') return (MULTILINE.has(member) ? plainText(output) : plainLine(output)) as T;
  if (Array.isArray(output)) return output.map((one) => plainOutput(one, member)) as T;
  if (output === null || typeof output !== 'object') return output;
  return Object.fromEntries(
    Object.entries(output).map(([name, value]) => [plainLine(name), plainOutput(value, name)]),
  ) as T;
}

/** `\n`, `\u001b` */
function escaped(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

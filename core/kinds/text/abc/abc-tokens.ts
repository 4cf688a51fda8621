// The symbols of the body of a tune in ABC notation (standard 2.1): notes with their lengths, bar lines, and all that takes no time.

export type AbcToken = { readonly text: string } & (
  | { readonly kind: 'note'; readonly pitch: string; readonly length: number }
  /** A chord of notes in brackets, as long as its first note. */
  | { readonly kind: 'chord'; readonly notes: readonly string[]; readonly length: number }
  /** A rest of whole bars. */
  | { readonly kind: 'bars'; readonly count: number }
  /** So many notes are played in the time of others. */
  | { readonly kind: 'tuplet'; readonly notes: number; readonly factor: number | null }
  /** The note before is longer and the one behind shorter, or the other way round. */
  | { readonly kind: 'broken'; readonly dots: number; readonly isLongFirst: boolean }
  | { readonly kind: 'line' }
  /** A field in brackets, such as [K:G]. */
  | { readonly kind: 'field'; readonly name: string; readonly value: string }
  | { readonly kind: 'timeless' }
  | { readonly kind: 'unknown' }
);

const NOTE = "[_^=]{0,2}[A-Ga-gxz][,']*";
const LENGTH = '\\d{0,3}(?:\\/+\\d{0,3})?';
const PATTERNS = {
  field: /\[([A-Za-z]):([^\]\n]*)\]/y,
  note: new RegExp(`(${NOTE})(${LENGTH})`, 'y'),
  chord: new RegExp(`\\[((?:[~.H-Wh-w(]*${NOTE}${LENGTH}[-)]*)+)\\](${LENGTH})`, 'y'),
  bars: /Z(\d{0,3})/y,
  // The first and second ending begin at a bar line, or in brackets behind one.
  line: /(?:[:[]*\|+[\]:]*|:{2,}|\|)(?:[1-9](?:[,-][1-9])*)?|\[[1-9](?:[,-][1-9])*/y,
  tuplet: /\(([2-9])(?::(\d?)(?::(\d?))?)?/y,
  broken: />{1,3}|<{1,3}/y,
  timeless: /\{\/?[^}\n]*\}|"[^"\n]*"|![^!\s]+!|\+[a-zA-Z.()<>]+\+|[~.H-Wh-w()\-\\`$y]\d{0,2}|\s+/y,
} as const;
const ORDER = ['field', 'chord', 'line', 'tuplet', 'note', 'bars', 'broken', 'timeless'] as const;

/** In the order of the text, none of it left out. */
export function abcTokens(body: string): AbcToken[] {
  const tokens: AbcToken[] = [];
  for (let at = 0; at < body.length; ) {
    const token = tokenAt(body, at);
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

function tokenAt(body: string, at: number): AbcToken {
  for (const kind of ORDER) {
    const pattern = PATTERNS[kind];
    pattern.lastIndex = at;
    const found = pattern.exec(body);
    if (!found || found[0] === '') continue;
    const [text, one = '', two = '', three = ''] = found;
    switch (kind) {
      case 'field':
        return { kind, text, name: one, value: two.trim() };
      case 'note':
        return { kind, text, pitch: one, length: lengthOf(two) };
      case 'chord': {
        const notes = [...one.matchAll(new RegExp(`(${NOTE})(${LENGTH})`, 'g'))];
        const first = lengthOf(notes[0]?.[2] ?? '');
        return { kind, text, notes: notes.map(([, pitch = '']) => pitch), length: first * lengthOf(two) };
      }
      case 'bars':
        return { kind, text, count: Number(one || 1) };
      case 'tuplet': {
        const notes = Number(one);
        return {
          kind,
          text,
          notes: Number(three || notes),
          factor: two === '' ? usualFactor(notes) : Number(two) / notes,
        };
      }
      case 'broken':
        return { kind, text, dots: text.length, isLongFirst: text.startsWith('>') };
      default:
        return { kind, text };
    }
  }
  return { kind: 'unknown', text: String.fromCodePoint(body.codePointAt(at) ?? 0) };
}

/** The notes of a tuplet take the time of so many; null: of 3 in a compound metre, else of 2. */
function usualFactor(notes: number): number | null {
  if (notes === 3 || notes === 6) return 2 / 3;
  if (notes === 2 || notes === 4 || notes === 8) return notes === 4 ? 3 / 4 : notes === 8 ? 3 / 8 : 3 / 2;
  return null;
}

/** `3/2`, `/`, `//`, `2` and nothing as a factor of the unit length. */
export function lengthOf(text: string): number {
  const { above = '', bars = '', below = '' } = /^(?<above>\d*)(?<bars>\/*)(?<below>\d*)$/.exec(text)?.groups ?? {};
  const divisor = bars === '' ? 1 : below === '' ? 2 ** bars.length : Number(below);
  return (above === '' ? 1 : Number(above)) / (divisor || 1);
}

/** The shortest way to write a factor of the unit length; undefined where it is no fraction of a power of two. */
export function writtenLength(factor: number): string | undefined {
  for (let below = 1; below <= 64; below *= 2) {
    const above = factor * below;
    if (!Number.isInteger(above)) continue;
    if (below === 1) return above === 1 ? '' : String(above);
    return `${above === 1 ? '' : above}/${below === 2 ? '' : below}`;
  }
  return undefined;
}

/**
 * Writes a line of music in one way: lengths in units of another length (each is multiplied), one space between groups of notes and none
 * at bar lines. What is for the eye alone is left out: annotations, spacers, and the sign ! that once ended lines. Undefined where a
 * length cannot be written.
 */
export function uniformMusic(line: string, factor: number): string | undefined {
  let written = '';
  for (const token of abcTokens(line)) {
    const part = writtenToken(token, factor);
    if (part === undefined) return undefined;
    written += part;
  }
  return written
    .replace(/ +/g, ' ')
    .replace(/ ?(\|[\]:|]*|:+\|[\]:|]*|::) ?/g, '$1')
    .trim();
}

function writtenToken(token: AbcToken, factor: number): string | undefined {
  const { kind, text } = token;
  if (kind === 'note') return joined(token.pitch, token.length * factor);
  if (kind === 'chord') {
    const [, inner = '', behind = ''] = new RegExp(`^(\\[.*\\])(${LENGTH})$`).exec(text) ?? [];
    return joined(inner, lengthOf(behind) * factor);
  }
  if (kind === 'unknown') return text === '!' ? ' ' : text;
  if (kind !== 'timeless') return text;
  if (/^\s/.test(text)) return ' ';
  return /^("[\^_<>@]|[`y\\$])/.test(text) ? '' : text;
}

function joined(before: string, length: number): string | undefined {
  const written = writtenLength(length);
  return written === undefined ? undefined : before + written;
}

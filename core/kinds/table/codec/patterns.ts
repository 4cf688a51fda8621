// Texts that are not modelled but generated anew: keys, free text, personal data. Only their form is kept.
import { uniforms } from '../../../base/random.ts';
import type { Cell, Pattern } from './codec.ts';

const MOST_PATTERNS = 20;
/** Minimum number of rows with a form; a rarer form could reveal a single row. */
const LEAST_ROWS = 5;
const MOST_LENGTH = 200;
const DIGITS = '0123456789';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const ATTEMPTS = 20;

/** Returns the forms of texts by frequency. A character that all texts of a form share, such as a prefix, is kept. */
export function fitPatterns(texts: readonly string[]): Pattern[] {
  const byForm = new Map<string, string[]>();
  for (const text of texts) {
    const characters = [...text].slice(0, MOST_LENGTH);
    const form = characters.map(alphabetOf).join('\0');
    const same = byForm.get(form);
    if (same) same.push(text);
    else byForm.set(form, [text]);
  }
  const forms = [...byForm]
    .filter(([, same]) => same.length >= LEAST_ROWS)
    .sort((a, b) => b[1].length - a[1].length)
    .slice(0, MOST_PATTERNS);
  if (forms.length === 0) return [plainPattern(texts)];
  const rows = forms.reduce((sum, [, same]) => sum + same.length, 0);
  return forms.map(([form, same]) => ({ places: placesOf(form, same), share: same.length / rows }));
}

/** `count` texts from row `first` on, null at `nullShare` of the rows. Unique ones are drawn again, then numbered. */
export function drawPatterns(
  { patterns, isUnique, nullShare }: { patterns: readonly Pattern[]; isUnique: boolean; nullShare: number },
  {
    seed,
    stream,
    count,
    first,
    used,
  }: { seed: number; stream: string; count: number; first: number; used: Set<string> },
): Cell[] {
  return Array.from({ length: count }, (_, i) => {
    const row = `${stream}/${first + i}`;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const [chosen = 0, isNull = 1, ...draws] = uniforms(seed, `${row}/${attempt}`, MOST_LENGTH + 2);
      if (isNull < nullShare) return null;
      const text = textOf(patternAt(patterns, chosen), draws);
      if (!isUnique || !used.has(text)) {
        used.add(text);
        return text;
      }
    }
    return `${first + i}`;
  });
}

function placesOf(form: string, texts: readonly string[]): string[] {
  const alphabets = form === '' ? [] : form.split('\0');
  const [start = ''] = texts;
  const characters = [...start];
  return alphabets.map((alphabet, place) => {
    const character = characters[place] as string;
    return texts.every((text) => [...text][place] === character) ? character : alphabet;
  });
}

function plainPattern(texts: readonly string[]): Pattern {
  const lengths = texts.map(({ length }) => length).sort((a, b) => a - b);
  const length = Math.max(1, Math.min(MOST_LENGTH, lengths[lengths.length >> 1] ?? 1));
  return { places: Array<string>(length).fill(LOWER), share: 1 };
}

function alphabetOf(character: string): string {
  if (character >= '0' && character <= '9') return DIGITS;
  if (/\p{Lu}/u.test(character)) return UPPER;
  if (/\p{L}/u.test(character)) return LOWER;
  return character;
}

function patternAt(patterns: readonly Pattern[], draw: number): Pattern {
  let left = draw;
  return (
    patterns.find(({ share }) => {
      left -= share;
      return left < 0;
    }) ?? (patterns.at(-1) as Pattern)
  );
}

function textOf({ places }: Pattern, draws: readonly number[]): string {
  return places.map((alphabet, place) => alphabet[Math.floor((draws[place] as number) * alphabet.length)]).join('');
}

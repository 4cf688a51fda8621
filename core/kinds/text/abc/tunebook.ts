// Reads tunes in ABC notation (standard 2.1) from a file, and writes each in one form: metre, unit length and key, then the music.
import { abcBars, type Metre } from './abc-bars.ts';
import { uniformMusic } from './abc-tokens.ts';

export type ReadTune = {
  /** Of the file, from 1. */
  readonly line: number;
} & ({ readonly ok: true; readonly text: string } | { readonly ok: false; readonly given: string });

/** What a tune says of itself, from its one form. */
export type Tune = {
  /** As written, such as 6/8 or C. */
  readonly metre: string;
  readonly key: string;
  readonly body: string;
  /** Undefined where it is free. */
  readonly bars: Metre | undefined;
};

/** Every tune is written in eighths. */
export const UNIT = 1 / 8;
/** A letter with a colon and a bar line behind it is a note before a repeat. */
const FIELD = /^([A-Za-z]):(?!\|)(.*)$/;
const KEY = /^[A-G][#b]?\s*(maj|min|m|mix|dor|phr|lyd|loc|exp|aeo|ion)?[a-z]*(\s.*)?$|^(HP|Hp|none)$/i;
const FORM = /^M:([^\n]*)\nL:1\/8\nK:([^\n]*)\n([\s\S]*)$/;
/** Fields of the body that change the music; the others are words, parts and remarks. */
const MUSICAL = ['K', 'M'];

/** Whether the beginning of a file is ABC: a reference number and a key, each a field of its own line, or its first line says so. */
export function isAbc(start: string): boolean {
  return /^%abc/.test(start) || (/^X:\s*\d+\s*$/m.test(start) && /^K:\s*\S/m.test(start));
}

/** The tunes of a file in its order. Text between tunes is left out, as the standard says. */
export function readTunes(file: string): ReadTune[] {
  const lines = file.split(/\r\n?|\n/);
  const tunes: ReadTune[] = [];
  for (let at = 0; at < lines.length; at++) {
    if (!/^X:/.test(lines[at] as string)) continue;
    const first = at;
    while (at + 1 < lines.length && lines[at + 1] !== '' && !/^X:/.test(lines[at + 1] as string)) at++;
    tunes.push({ line: first + 1, ...readTune(lines.slice(first, at + 1)) });
  }
  return tunes;
}

/** The parts of a tune in its one form; undefined for any other text. */
export function tuneOf(text: string): Tune | undefined {
  const [, metre, key, body] = FORM.exec(text) ?? [];
  if (metre === undefined || key === undefined || body === undefined) return undefined;
  return { metre, key, body, bars: metreOf(metre) };
}

/** Whether a text is a tune in its one form that a player can read: a known metre and key, and nothing but music. */
export function isWellFormedTune(text: string): boolean {
  const tune = tuneOf(text);
  if (!tune || !isKnownField('K', tune.key) || !isKnownField('M', tune.metre)) return false;
  for (const line of tune.body.split('\n')) {
    const [, name, value = ''] = FIELD.exec(line) ?? [];
    if (name !== undefined && !isKnownField(name, value)) return false;
  }
  return abcBars(musicOf(tune.body), UNIT, tune.bars).isWellFormed;
}

function isKnownField(name: string, value: string): boolean {
  if (name === 'K') return KEY.test(value);
  return name === 'M' && (metreOf(value) !== undefined || /^(none)?$/.test(value));
}

/** The lines of a body without its fields. */
export function musicOf(body: string): string {
  return body
    .split('\n')
    .filter((line) => !FIELD.test(line))
    .join('\n');
}

/** What every tune of a metre, and a key, begins with. */
export function tunePrefix(metre: string, key?: string): string {
  return `M:${metre}\n${key === undefined ? '' : `L:1/8\nK:${key}\n`}`;
}

/** Tunes as a file: a reference number before each, from `first` + 1 on, and an empty line behind. */
export function tunebook(tunes: readonly string[], first: number): string {
  return tunes.map((tune, place) => `X:${first + place + 1}\n${tune.trimEnd()}\n\n`).join('');
}

/** Undefined for a free or unknown metre. */
export function metreOf(metre: string): Metre | undefined {
  if (metre === 'C' || metre === 'C|') return { length: 1, isCompound: false };
  const { above, below } = /^\(?(?<above>\d+(?:\+\d+)*)\)?\/(?<below>\d+)$/.exec(metre)?.groups ?? {};
  if (above === undefined || below === undefined || Number(below) === 0) return undefined;
  const beats = above.split('+').reduce((sum, one) => sum + Number(one), 0);
  return { length: beats / Number(below), isCompound: beats > 3 && beats % 3 === 0 };
}

function readTune(lines: readonly string[]): { ok: true; text: string } | { ok: false; given: string } {
  const fields = new Map<string, string>();
  const keyAt = lines.findIndex((line) => /^K:/.test(line));
  if (keyAt < 0) return { ok: false, given: 'a tune without a key (K:)' };
  for (const line of lines.slice(0, keyAt + 1)) {
    const [, name = '', value = ''] = FIELD.exec(line) ?? [];
    fields.set(name, withoutRemark(value).trim());
  }
  if (fields.has('V') || lines.some((line) => /^(V:|\[V:)/.test(line)))
    return { ok: false, given: 'a tune of several voices (V:)' };
  const metre = fields.get('M') ?? '';
  const key = (fields.get('K') ?? '').replace(/\s+/g, ' ');
  let unit = unitOf(fields.get('L'), metre);
  const body: string[] = [];
  for (const line of lines.slice(keyAt + 1)) {
    const [, name, value = ''] = FIELD.exec(line) ?? [];
    if (name === 'L') unit = unitOf(withoutRemark(value).trim(), metre);
    if (name !== undefined && !MUSICAL.includes(name)) continue;
    const music =
      name === undefined ? uniformMusic(withoutRemark(line), unit / UNIT) : `${name}:${withoutRemark(value).trim()}`;
    if (music === undefined)
      return { ok: false, given: `a note length that cannot be written in eighths: ${line.slice(0, 60)}` };
    if (music.trim() !== '') body.push(music.trim());
  }
  if (body.length === 0) return { ok: false, given: 'a tune without music' };
  return { ok: true, text: `M:${metre}\nL:1/8\nK:${key}\n${body.join('\n')}` };
}

/** Returns the unit length; where none is given, by the metre, as the standard says. */
function unitOf(given: string | undefined, metre: string): number {
  const { above, below } = /^(?<above>\d+)\/(?<below>\d+)$/.exec(given ?? '')?.groups ?? {};
  if (above !== undefined && Number(below) > 0) return Number(above) / Number(below);
  return (metreOf(metre)?.length ?? 1) < 0.75 ? 1 / 16 : 1 / 8;
}

/** Removes the comment of a line, which begins with %; \% is a percent sign. */
function withoutRemark(line: string): string {
  return line.replace(/(^|[^\\])%.*$/, '$1');
}

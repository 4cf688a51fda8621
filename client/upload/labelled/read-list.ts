// A list of names with classes or captions beside pictures or sounds: a CSV with any name, or LJSpeech's metadata.csv of transcripts.
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { readCsv } from '#core/kinds/reading/csv.ts';
import { CAPTION_NAMES } from '#core/kinds/sidecar.ts';
import type { LocalFile } from '../collect.ts';
import { isNumbers } from './fact-file.ts';
import { stemOf } from './media-names.ts';

/** Kaldi's files have no extension. */
const LIST = /\.(csv|tsv|txt)$|(^|\/)(text|wav\.scp|utt2spk)$/i;
/** Hugging Face's own file with a header is used as it is: by `labels: sidecar:metadata.csv`. */
const SIDECAR = /(^|\/)metadata\.csv$/i;
/** Facts that only a sidecar of goldpan states. */
const SIDECAR_COLUMNS = ['license', 'source', 'group'];
const LARGEST_BYTES = 64 * 2 ** 20;
const DELIMITERS = [',', '\t', ';', '|'];
const PATH_NAMES = [
  'path',
  'file_name',
  'filename',
  'file',
  'image',
  'image_id',
  'img',
  'audio',
  'id',
  'name',
  'fname',
];
const LABEL_NAMES = ['label', 'class', 'category', 'target', 'species', 'breed', 'tag', 'class_name', 'label_name'];
/** The edges of a box. */
const BOX_CELLS = 4;
/** One line may be a caption that begins like the name of a file. */
const FEWEST_ROWS = 2;
/** Below this share of rows that name a file, the list is about something else. */
const LEAST_SHARE = 0.5;

/** Beside the name of the file, these columns hold no class. */
const NO_LABEL = /partition|split|fold|subset|usage|identity|width|height|size|duration|url|(^|[_-])id$/;

const LISTED_CAPTIONS = [...CAPTION_NAMES, 'comment', 'description'];

/** Each is empty if the list states none. */
export type List = {
  readonly labels: ReadonlyMap<LocalFile, string>;
  readonly captions: ReadonlyMap<LocalFile, string>;
  /** Names of the columns, where none of them is known to hold classes or captions. */
  readonly others?: readonly string[];
};

const OTHER_FACTS: List = { labels: new Map(), captions: new Map() };

export function isList(name: string, size: number): boolean {
  return LIST.test(name) && size > 0 && size <= LARGEST_BYTES;
}

/** Returns undefined if the file does not list the pictures or sounds. */
export function readList(list: LocalFile, media: readonly LocalFile[]): List | undefined {
  const text = readFileSync(list.path, 'utf8').replace(/^\ufeff/, '');
  const find = finder(posix.dirname(list.name), media);
  for (const delimiter of DELIMITERS) {
    const rows = [...readCsv(text, delimiter)].flatMap((record) => (record.ok ? [record.fields] : []));
    const [header] = rows;
    if (!header || header.length < 2) continue;
    const names = header.map((name) => name.trim().toLowerCase());
    const path = PATH_NAMES.map((name) => names.indexOf(name)).find((i) => i >= 0) ?? columnOfFiles(rows, find);
    const found = path === undefined ? withClasses(unnamed(rows, find)) : named(list, rows.slice(1), names, path, find);
    if (found) return found;
  }
  return spaced(list.name, text, find);
}

/** LibriSpeech's `.trans.txt`, Kaldi's `text`, lists of ImageNet: a name, a space, then a transcript or a class. */
function spaced(file: string, text: string, find: Find): List | undefined {
  const rows = text.split('\n').flatMap((line) => {
    const [, name, value] = /^(\S+)[ \t]+(\S.*)$/.exec(line.trim()) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value]];
  });
  const found = rows.length < FEWEST_ROWS ? undefined : unnamed(rows, find);
  if (!found) return undefined;
  const values = [...found.captions.values()];
  // Names of files and of speakers are neither, nor are splits and measurements.
  const isOther = /(^|\/)utt2spk$|partition|split|identity|(^|[_-])(boxes|bbox|landmarks)/i.test(file);
  if (isOther || values.some((value) => /\.(wav|flac|mp3)$/i.test(value)) || values.every(isNumbers))
    return OTHER_FACTS;
  return withClasses(found);
}

/** Single words that come again and again are classes, not captions; single numbers that do not are neither. */
function withClasses(found: List | undefined): List | undefined {
  const values = [...(found?.captions.values() ?? [])];
  if (values.length < FEWEST_ROWS || values.some((value) => /\s/.test(value))) return found;
  if (new Set(values).size <= Math.max(2, values.length / 2))
    return { labels: found?.captions ?? new Map(), captions: new Map() };
  return values.every(isNumberOrNothing) ? OTHER_FACTS : found;
}

/** The column below names that names the files; undefined where the first row names one, too. */
function columnOfFiles([header = [], ...rows]: readonly (readonly string[])[], find: Find): number | undefined {
  if (rows.length === 0 || header.some((cell) => find(cell))) return undefined;
  const place = header.findIndex((_, i) => {
    const named = rows.filter((row) => find(row[i] ?? '')).length;
    return named > 0 && named >= rows.length * LEAST_SHARE;
  });
  return place < 0 ? undefined : place;
}

type Find = (name: string) => LocalFile | undefined;

function named(
  list: LocalFile,
  rows: readonly (readonly string[])[],
  names: readonly string[],
  path: number,
  find: Find,
): List | undefined {
  if (SIDECAR.test(list.name) || names.some((name) => SIDECAR_COLUMNS.includes(name))) return undefined;
  const said = LISTED_CAPTIONS.map((name) => names.indexOf(name)).find((i) => i >= 0);
  const known = LABEL_NAMES.map((name) => names.indexOf(name)).find((i) => i >= 0);
  const other = names.length === 2 && !NO_LABEL.test(names[1 - path] ?? '') ? 1 - path : undefined;
  const label = known ?? (said === undefined ? other : undefined);
  const files = rows.map((row) => find(row[path] ?? ''));
  if (files.filter((file) => file).length < Math.max(1, rows.length * LEAST_SHARE)) return undefined;
  if (label === undefined && said === undefined) return { ...OTHER_FACTS, others: names.filter((_, i) => i !== path) };
  const captions = textsBy(files, rows, said);
  if (label === undefined) return { labels: new Map(), captions };
  const labels = new Map(
    files.flatMap((file, i) => {
      const value = rows[i]?.[label]?.trim() ?? '';
      return file && value !== '' ? [[file, value] as const] : [];
    }),
  );
  // In a column with any other name, texts that hardly repeat are captions.
  const isLabel = known !== undefined || new Set(labels.values()).size <= Math.max(2, labels.size / 2);
  if (isLabel) return { labels, captions };
  const texts = textsBy(files, rows, label);
  return [...texts.values()].every(isNumberOrNothing)
    ? { ...OTHER_FACTS, others: names.filter((_, i) => i !== path) }
    : { labels: new Map(), captions: texts };
}

/** Texts in one column by their file; those of several rows of one file are lines. */
function textsBy(
  files: readonly (LocalFile | undefined)[],
  rows: readonly (readonly string[])[],
  column: number | undefined,
): Map<LocalFile, string> {
  const texts = new Map<LocalFile, string>();
  for (const [i, file] of files.entries()) {
    const text = column === undefined ? '' : (rows[i]?.[column]?.trim() ?? '');
    if (!file || text === '') continue;
    const before = texts.get(file);
    texts.set(file, before === undefined ? text : `${before}\n${text}`);
  }
  return texts;
}

/** LJSpeech: a name without extension, then its transcript, once as written and once as said. */
function unnamed(rows: readonly (readonly string[])[], find: Find): List | undefined {
  const files = rows.map(([name]) => find(name ?? ''));
  const found = files.filter((file) => file !== undefined).length;
  if (found < Math.max(1, rows.length * LEAST_SHARE)) return undefined;
  // Boxes of objects: four numbers behind the name.
  const isBoxes = rows.every(
    (cells) => cells.length >= BOX_CELLS && cells.slice(1, BOX_CELLS).every(isNumberOrNothing),
  );
  return isBoxes ? OTHER_FACTS : { labels: new Map(), captions: textsBy(files, rows, 1) };
}

function isNumberOrNothing(cell: string): boolean {
  return /^\s*[-+]?[\d.]*\s*$/.test(cell);
}

/** By path from the list's folder, with or without extension, or by a file name that only one has. */
function finder(folder: string, media: readonly LocalFile[]): Find {
  const byPath = new Map<string, LocalFile>();
  const byBase = new Map<string, LocalFile | null>();
  for (const file of media) {
    for (const path of [stemOf(file.name), file.name]) byPath.set(path, file);
    for (const base of [posix.basename(stemOf(file.name)), posix.basename(file.name)])
      byBase.set(base, byBase.has(base) && byBase.get(base) !== file ? null : file);
  }
  return (name) => {
    const clean = name.trim().replaceAll('\\', '/');
    return byPath.get(posix.join(folder, clean)) ?? byBase.get(posix.basename(clean)) ?? undefined;
  };
}

// A list of names and classes beside pictures or sounds: a CSV with any name, or LJSpeech's metadata.csv of names and transcripts.
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { readCsv } from '#core/kinds/reading/csv.ts';
import type { LocalFile } from '../collect.ts';
import { stemOf } from './media-names.ts';

const LIST = /\.(csv|tsv|txt)$/i;
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
/** Below this share of rows that name a file, the list is about something else. */
const LEAST_SHARE = 0.5;

/** `labels`: empty if the list has texts, or nothing but names. */
export type List = { readonly labels: ReadonlyMap<LocalFile, string> };

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
    const path = PATH_NAMES.map((name) => names.indexOf(name)).find((i) => i >= 0);
    const found = path === undefined ? unnamed(rows, find) : named(list, rows.slice(1), names, path, find);
    if (found) return found;
  }
  return undefined;
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
  const known = LABEL_NAMES.map((name) => names.indexOf(name)).find((i) => i >= 0);
  const label = known ?? (names.length === 2 ? 1 - path : undefined);
  if (label === undefined) return undefined;
  const found = rows.map((row) => [find(row[path] ?? ''), row[label]?.trim() ?? ''] as const);
  if (found.filter(([file]) => file).length < Math.max(1, rows.length * LEAST_SHARE)) return undefined;
  const labels = new Map(found.flatMap(([file, value]) => (file && value !== '' ? [[file, value] as const] : [])));
  // In a column with any other name, texts that hardly repeat are captions.
  const isLabel = known !== undefined || new Set(labels.values()).size <= Math.max(2, labels.size / 2);
  return { labels: isLabel ? labels : new Map() };
}

/** LJSpeech: a name without extension, then its transcript, once as written and once as said. */
function unnamed(rows: readonly (readonly string[])[], find: Find): List | undefined {
  const found = rows.filter(([name]) => find(name ?? '') !== undefined);
  return found.length >= Math.max(1, rows.length * LEAST_SHARE) ? { labels: new Map() } : undefined;
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

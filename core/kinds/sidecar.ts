// A sidecar: a CSV or JSONL file beside the items, or in their archive, with the label, licence and source of each item.
import * as z from 'zod';
import { parseJson } from '../base/json/parse-json.ts';
import type { Issue } from './define/issue.ts';
import { delimiterFor, readCsv } from './reading/csv.ts';

const SETTING = 'sidecar:';
const PATH = 'path';
/**
 * Names of the columns in other programs: Hugging Face's imagefolder and audiofolder, and lists of files and classes.
 */
const ALIASES: Readonly<Record<string, string>> = {
  file_name: PATH,
  filename: PATH,
  file: PATH,
  class: 'label',
  category: 'label',
};
const PATHS = [PATH, ...Object.keys(ALIASES).filter((name) => ALIASES[name] === PATH)];
/** Names that other programs give to the text about a picture or a sound, the likeliest first. */
export const CAPTION_NAMES = ['caption', 'text', 'transcription', 'transcript', 'sentence'];
/** The file of captions that `put` adds to an archive: one object a line, with `path` and `caption`. */
export const CAPTIONS_FILE = 'captions.goldpan.jsonl';
const NOTHING = { label: null, license: null, source: null };
const REASON_ALLOWED = 'UTF-8; CSV with a column "path" or "file_name", or JSONL with such a key';

const value = z.string().nullable();
/**
 * `path`: path of the item, relative to the sidecar's folder. Missing and empty values are null. `group`: items of one group stay in one
 * split. `caption`: what a text beside
 * a picture or a sound says of it.
 */
export const SidecarEntry = z.strictObject({
  path: z.string().min(1),
  label: value,
  license: value,
  source: value,
  group: value.optional(),
  caption: value.optional(),
});
export type SidecarEntry = z.infer<typeof SidecarEntry>;
export type Sidecar =
  | { readonly ok: true; readonly entries: readonly SidecarEntry[] }
  | { readonly ok: false; readonly issue: Issue };

/** Returns whether the file has captions and no other facts. */
export function isCaptions(path: string): boolean {
  return path === CAPTIONS_FILE || path.endsWith(`/${CAPTIONS_FILE}`);
}

/** Returns whether the file is the sidecar that `labels` names, which may be in any folder, or has captions. */
export function isSidecar(path: string, labels: string): boolean {
  if (isCaptions(path)) return true;
  if (!labels.startsWith(SETTING)) return false;
  const file = labels.slice(SETTING.length);
  return path === file || path.endsWith(`/${file}`);
}

export function hasSidecar(labels: string): boolean {
  return labels.startsWith(SETTING);
}

/**
 * Reads a sidecar. A broken line makes the whole sidecar invalid, because a wrong label is worse than a missing one.
 */
export function readSidecar(path: string, bytes: Uint8Array): Sidecar {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return broken(path, undefined, 'bytes that are no UTF-8');
  }
  return text.trimStart().startsWith('{') ? readLines(path, text) : readCells(path, text);
}

function readLines(path: string, text: string): Sidecar {
  const entries: SidecarEntry[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const entry = SidecarEntry.safeParse({ ...NOTHING, ...known(parseJson(line)) });
    if (!entry.success) return broken(path, i + 1, line);
    entries.push(entry.data);
  }
  return { ok: true, entries };
}

function readCells(path: string, text: string): Sidecar {
  const delimiter = PATHS.map((name) => delimiterFor(text, name)).find((one) => one !== undefined);
  const records = readCsv(text, delimiter ?? ',');
  const header = records.next().value;
  if (!delimiter || !header?.ok) return broken(path, 1, header?.raw ?? '');
  const entries: SidecarEntry[] = [];
  for (const record of records) {
    const cells = record.ok ? Object.fromEntries(header.fields.map((name, i) => [name, record.fields[i] || null])) : {};
    const entry = SidecarEntry.safeParse({ ...NOTHING, ...known(cells) });
    if (!entry.success) return broken(path, record.line, record.raw);
    entries.push(entry.data);
  }
  return { ok: true, entries };
}

/** Other columns are the user's own business. Of two names for one thing, the one of ours counts. */
function known(record: unknown): Record<string, unknown> {
  const entries = typeof record === 'object' && record !== null ? Object.entries(record) : [];
  const named = (name: string) => (name in SidecarEntry.shape ? name : ALIASES[name.toLowerCase()]);
  const isOwn = ([name]: [string, unknown]) => name in SidecarEntry.shape;
  const caption = captionOf(new Map(entries));
  const ordered = [...entries.filter((entry) => !isOwn(entry)), ...entries.filter(isOwn)];
  const facts = ordered.flatMap(([name, value]) => {
    const own = named(name);
    return own === undefined || own === 'caption' ? [] : [[own, typeof value === 'number' ? String(value) : value]];
  });
  return { ...Object.fromEntries(facts), ...(caption !== undefined && { caption }) };
}

/** Several captions are lines of one. Anything else than texts is no caption. */
function captionOf(record: ReadonlyMap<string, unknown>): string | undefined {
  const value = CAPTION_NAMES.map((name) => record.get(name)).find((one) => one !== undefined && one !== null);
  const texts = (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string' && one.trim() !== '');
  return texts.length > 0 ? texts.join('\n') : undefined;
}

function broken(path: string, line: number | undefined, given: string): Sidecar {
  const place = { path, ...(line !== undefined && { line }) };
  return { ok: false, issue: { code: 'upload.sidecar', place, given: given.slice(0, 80), allowed: REASON_ALLOWED } };
}

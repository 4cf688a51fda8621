// Captions in metadata.csv or metadata.jsonl (Hugging Face's imagefolder and audiofolder) of a dataset whose labels are folders.
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { parseJson } from '#core/base/json/parse-json.ts';
import { readSidecar } from '#core/kinds/sidecar.ts';
import type { LocalFile } from '../collect.ts';

const METADATA = /(^|\/)metadata\.(csv|jsonl)$/i;

/** Returns undefined for another file, and for one that names none of `byName`. Files without a caption in it are left out. */
export function metadataCaptions(
  list: LocalFile,
  byName: ReadonlyMap<string, LocalFile>,
): Map<LocalFile, string> | undefined {
  if (!METADATA.test(list.name)) return undefined;
  const read = readSidecar(list.name, Buffer.from(namedByFile(readFileSync(list.path, 'utf8'))));
  if (!read.ok) return undefined;
  const captions = new Map<LocalFile, string>();
  let named = 0;
  for (const { path, caption } of read.entries) {
    const file = byName.get(posix.join(posix.dirname(list.name), path));
    if (!file) continue;
    named++;
    if (caption) captions.set(file, caption);
  }
  return named === 0 ? undefined : captions;
}

/** An export has the path that an item came from beside the name of its file, which counts here. */
function namedByFile(text: string): string {
  if (!text.trimStart().startsWith('{')) return text;
  const lines = text.split('\n').map((line) => {
    const record = parseJson(line);
    if (typeof record !== 'object' || record === null || !('file_name' in record)) return line;
    return JSON.stringify({ ...record, path: undefined });
  });
  return lines.join('\n');
}

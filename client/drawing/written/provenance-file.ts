// Writes a document beside a file that says that a model made it, for formats that have no room for that.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { sha256 } from '#core/base/hash.ts';

/** https://cv.iptc.org/newscodes/digitalsourcetype/ */
const TRAINED_MEDIA = 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia';
/** Formats that hold nothing but the items. */
const BARE = ['.csv', '.jsonl', '.txt', '.npy', '.gif', '.abc', '.mid'];

export type FileProvenance = {
  readonly dataset: string;
  readonly modelId: string;
  readonly snapshotId: string;
  readonly seed: number;
  readonly items: number;
};

/** Writes FILE.provenance.json and returns its path; undefined for a format that says it itself. */
export function writeProvenance(file: string, facts: FileProvenance): string | undefined {
  if (!BARE.includes(extname(file).toLowerCase())) return undefined;
  const about = { schemaVersion: 1, generator: 'goldpan', machineGenerated: true, digitalSourceType: TRAINED_MEDIA };
  const path = `${file}.provenance.json`;
  const document = { ...about, ...facts, file: basename(file), sha256: sha256(readFileSync(file)) };
  writeFileSync(path, `${JSON.stringify(document, null, 2)}\n`);
  return path;
}

// Reads what tick has rolled up: verdicts and refusals by key, and where the rows of small parts lie now.
import { gunzipSync } from 'node:zlib';
import { FAILURE, GoldpanError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import { readJson } from '../store/json.ts';
import { keys } from '../store/keys.ts';
import { mapLimit } from '../store/map-limit.ts';
import type { Store } from '../store/store.ts';
import type { UploadRefusal, Verdict } from './messages.ts';
import { type RolledPart, Rollup, type RollupFile } from './rollup-messages.ts';

const FILES_AT_ONCE = 8;

export type RolledUp = {
  readonly pointer: { readonly value: Rollup; readonly etag: string } | undefined;
  /** The files that the pointer lists. */
  readonly files: readonly RollupFile[];
  /** Verdicts by their own key. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** Refusals by their own key. */
  readonly refusals: ReadonlyMap<string, UploadRefusal>;
  /** Rolled parts by the part's own key. */
  readonly parts: ReadonlyMap<string, RolledPart>;
};

/**
 * Returns an empty rollup if nothing was rolled up yet. Throws CorruptObjectError if a file does not match the pointer.
 */
export async function readRollup(data: Store, dataset: string, configId: string): Promise<RolledUp> {
  const pointer = await readJson(data, keys.rollup(dataset, configId), Rollup);
  const rollupFiles = pointer?.value.files ?? [];
  const files = await mapLimit(rollupFiles, FILES_AT_ONCE, (file) => readFile(data, file));
  const verdicts = new Map<string, Verdict>();
  const refusals = new Map<string, UploadRefusal>();
  const parts = new Map<string, RolledPart>();
  for (const file of files) {
    for (const entry of file.entries) {
      if ('refusal' in entry) {
        refusals.set(keys.refused(dataset, entry.refusal.uploadId), entry.refusal);
        continue;
      }
      const { verdict, rolled } = entry;
      verdicts.set(keys.verdict(verdict), verdict);
      const into = rolled && file.parts[rolled.file];
      if (verdict.part && into) parts.set(verdict.part.key, { file: into, firstRow: rolled.firstRow });
    }
  }
  return { pointer, files, verdicts, refusals, parts };
}

/**
 * Only the hash is checked: the content was validated when it was written, and validating it again would take longer than reading it.
 */
async function readFile(data: Store, { key, sha256: expectedSha256 }: Rollup['files'][number]): Promise<RollupFile> {
  const object = await data.get(key);
  if (!object || sha256(object.body) !== expectedSha256) {
    const what = object ? 'is not what its pointer tells' : 'is gone';
    throw new GoldpanError(
      FAILURE.corruptObject,
      `${key} ${what}. Remove ${keys.rollup('<dataset>', '<configId>')} beside it: verdicts and parts are read one by one until tick has rolled them up again.`,
    );
  }
  return JSON.parse(new TextDecoder().decode(gunzipSync(object.body))) as RollupFile;
}

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
  /** As listed by the pointer. */
  readonly files: readonly RollupFile[];
  /** By the verdict's key. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** By the refusal's key. */
  readonly refusals: ReadonlyMap<string, UploadRefusal>;
  /** By the part's own key. */
  readonly parts: ReadonlyMap<string, RolledPart>;
};

/** Empty where nothing was rolled up yet. Throws CorruptObjectError when a file is not what the pointer tells. */
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

/** What was checked when it was written is held to its hash alone: a schema would take longer than the reading. */
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

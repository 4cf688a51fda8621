// Reads sidecar files when a snapshot is made, so a sidecar may be uploaded after its items.
import { posix } from 'node:path';
import * as z from 'zod';
import { FAILURE, GoldpanError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import type { Verdict } from '../ingest/messages.ts';
import { chosenSpellings } from '../kinds/labels.ts';
import { fileOfPiece } from '../kinds/reading/piece-path.ts';
import { SidecarEntry } from '../kinds/sidecar.ts';
import type { Store } from '../store/store.ts';

export type SourceSidecar = NonNullable<Verdict['sidecar']> & { readonly sourceKey: string };
type Said = Omit<SidecarEntry, 'path'>;
type Place = { readonly path: string; readonly source: string };
/** Returns the sidecar entry of an item; undefined if there is none. */
export type Sidecars = (item: Place) => Said | undefined;

/** Returns the sidecars sorted by name. */
export function sidecarsOf(verdicts: readonly Verdict[]): SourceSidecar[] {
  const found = verdicts.flatMap(({ sourceKey, sidecar }) => (sidecar ? [{ sourceKey, ...sidecar }] : []));
  return found.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

function nameOf({ sourceKey, path }: SourceSidecar): string {
  return `${sourceKey}\0${path}`;
}

/** Returns the sidecars with captions, sorted by name. */
export function captionsOf(verdicts: readonly Verdict[]): SourceSidecar[] {
  const found = verdicts.flatMap(({ sourceKey, captions = [] }) => captions.map((one) => ({ sourceKey, ...one })));
  return found.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

/**
 * Reads all sidecars. A sidecar in an archive applies to that archive and takes precedence; a separately uploaded one
 * applies to its folder and below, also in archives.
 */
export async function readSidecars(data: Store, sidecars: readonly SourceSidecar[]): Promise<Sidecars> {
  const inArchive = new Map<string, Said>();
  const beside = new Map<string, Said>();
  const counts = new Map<string, number>();
  for (const { sourceKey, path, key, sha256: expectedSha256, alone } of sidecars) {
    const object = await data.get(key);
    if (!object || sha256(object.body) !== expectedSha256)
      throw new GoldpanError(
        FAILURE.corruptObject,
        `${key} does not match the SHA-256 in its verdict. Upload ${path} again.`,
      );
    const entries = z.array(SidecarEntry).parse(JSON.parse(new TextDecoder().decode(object.body)));
    for (const { path: named, ...said } of entries) {
      const item = posix.join(posix.dirname(path), named);
      if (said.label !== null) counts.set(said.label, (counts.get(said.label) ?? 0) + 1);
      if (alone) beside.set(item, said);
      else inArchive.set(`${sourceKey}\0${item}`, said);
    }
  }
  // Labels that differ only in spelling are one class, as those of folders are.
  const spellings = chosenSpellings(counts);
  return ({ path, source }) => {
    const saidOf = (named: string) => inArchive.get(`${source}\0${named}`) ?? beside.get(named);
    const said = saidOf(path) ?? saidOf(fileOfPiece(path));
    const chosen = said?.label ? spellings.get(said.label) : undefined;
    return said && chosen !== undefined ? { ...said, label: chosen } : said;
  };
}

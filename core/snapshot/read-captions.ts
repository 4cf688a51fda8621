// The captions of the items of a snapshot, from the sidecars that it names.
import { posix } from 'node:path';
import * as z from 'zod';
import { FAILURE, GoldpanError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import { SidecarEntry } from '../kinds/sidecar.ts';
import type { Store } from '../store/store.ts';
import type { Manifest } from './messages.ts';

/** `path`: within the dataset or the archive. `source`: key in the drop bucket. */
type Captions = (item: { readonly path: string; readonly source: string }) => string | undefined;

/** A sidecar in an archive applies to that archive; a separate one applies to its folder and below. Throws GoldpanError for one that has changed. */
export async function readCaptions(data: Store, { captions = [] }: Pick<Manifest, 'captions'>): Promise<Captions> {
  const inArchive = new Map<string, string>();
  const beside = new Map<string, string>();
  for (const { sourceKey, path, key, sha256: expected, alone } of captions) {
    const object = await data.get(key);
    if (!object || sha256(object.body) !== expected)
      throw new GoldpanError(
        FAILURE.corruptObject,
        `${key} is missing or does not match its SHA-256. Upload ${path} again.`,
      );
    for (const entry of z.array(SidecarEntry).parse(JSON.parse(new TextDecoder().decode(object.body)))) {
      if (!entry.caption) continue;
      const item = posix.join(posix.dirname(path), entry.path);
      if (alone) beside.set(item, entry.caption);
      else inArchive.set(`${sourceKey}\0${item}`, entry.caption);
    }
  }
  return ({ path, source }) => inArchive.get(`${source}\0${path}`) ?? beside.get(path);
}

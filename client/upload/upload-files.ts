// Puts objects into the drop bucket, many at a time, except those that are there already.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mapLimit } from '#core/store/map-limit.ts';
import type { Store } from '#core/store/store.ts';
import type { Notify } from '../events.ts';
import { ClientFailure } from '../failure.ts';
import type { Drop } from './collect.ts';
import { packFolder } from './pack-folder.ts';

const UPLOADS_AT_ONCE = 16;
/** A page of a listing has 1,000 keys and costs as much as a dozen HEAD requests, so few files get one request each. */
const FEW_FILES = 16;
/** If the bucket has more keys for each file, HEAD requests are faster than a listing. */
const KEYS_A_FILE = 8;
const LARGEST_FILE_BYTES = 2 ** 31 - 1;

export type Uploaded = { readonly uploaded: string[]; readonly unchanged: string[] };

/** Reports how many files are sent, those inside archives counted singly. */
export async function uploadDrops(drop: Store, drops: readonly Drop[], notify: Notify): Promise<Uploaded> {
  const result: Uploaded = { uploaded: [], unchanged: [] };
  const total = drops.reduce((sum, one) => sum + fileCount(one), 0);
  let done = 0;
  const onProgress = (files: number) => notify({ type: 'progress', activity: 'upload', done: files, total });
  onProgress(0);
  const upload = async (one: Drop, etagOf: EtagOf = (key) => etagIn(drop, key)) => {
    const body = await bodyOf(one, (packed) => onProgress(done + packed));
    const unchanged = isContent(await etagOf(one.key), body);
    if (!unchanged) await drop.put(one.key, body);
    (unchanged ? result.unchanged : result.uploaded).push(one.key);
    done += fileCount(one);
    notify({ type: 'object-sent', key: one.key, files: fileCount(one), unchanged });
    onProgress(done);
  };
  // Archives one by one: each is built in memory.
  for (const one of drops.filter(({ type }) => type === 'archive')) await upload(one);
  const single = drops.filter(({ type }) => type === 'file');
  const etagOf = await etagsOf(drop, single);
  await mapLimit(single, UPLOADS_AT_ONCE, (one) => upload(one, etagOf));
  notify({ type: 'finished', activity: 'upload' });
  return { uploaded: result.uploaded.sort(), unchanged: result.unchanged.sort() };
}

export function fileCount(drop: Drop): number {
  return drop.type === 'archive' ? drop.files.length : 1;
}

/** An object put in one part and without a customer's key has the MD5 of its content as ETag; any other is sent again. */
export async function isThere(drop: Store, key: string, body: Uint8Array | string): Promise<boolean> {
  return isContent(await etagIn(drop, key), body);
}

type EtagOf = (key: string) => Promise<string | undefined>;

async function etagIn(drop: Store, key: string): Promise<string | undefined> {
  return (await drop.head(key))?.etag;
}

function isContent(etag: string | undefined, body: Uint8Array | string): boolean {
  return etag?.replaceAll('"', '') === createHash('md5').update(body).digest('hex');
}

/** Reads one listing as far as it is faster; the remaining files get a HEAD request each. */
async function etagsOf(drop: Store, files: readonly Drop[]): Promise<EtagOf> {
  const [first] = files;
  if (first === undefined || files.length <= FEW_FILES) return (key) => etagIn(drop, key);
  const listed = new Map<string, string>();
  let last: string | undefined;
  for await (const { key, etag } of drop.list(first.key.slice(0, first.key.indexOf('/') + 1))) {
    if (listed.size >= files.length * KEYS_A_FILE) {
      last = key;
      break;
    }
    listed.set(key, etag);
  }
  return async (key) => {
    const isListed = last === undefined || Buffer.compare(Buffer.from(key), Buffer.from(last)) < 0;
    return isListed ? listed.get(key) : etagIn(drop, key);
  };
}

async function bodyOf(drop: Drop, onFile: (packed: number) => void): Promise<Uint8Array> {
  if (drop.type === 'archive') return packFolder(drop.files, onFile);
  if (drop.file.size > LARGEST_FILE_BYTES)
    throw new ClientFailure(`${drop.file.path} is larger than 2 GiB.`, {
      next: 'Split it, or upload it with `aws s3 cp`: files that arrive this way are cleaned, too.',
    });
  return readFileSync(drop.file.path);
}

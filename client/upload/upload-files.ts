// Puts objects into the drop bucket, many at a time, and leaves alone what lies there already.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Store } from '#core/store/store.ts';
import { CommandFailure } from '../failure.ts';
import type { Drop } from './collect.ts';
import { packFolder } from './pack-folder.ts';

const UPLOADS_AT_ONCE = 16;
/** A page of a listing tells of 1,000 keys and costs as much as a dozen single questions, so few are asked about one by one. */
const FEW_FILES = 16;
/** Where so many keys lie there for each file, single questions are quicker. */
const KEYS_A_FILE = 8;
const LARGEST_FILE_BYTES = 2 ** 31 - 1;

export type Uploaded = { readonly uploaded: string[]; readonly unchanged: string[] };

/** `onProgress` is told how many files (those inside archives counted singly) are there, of how many. */
export async function uploadDrops(
  drop: Store,
  drops: readonly Drop[],
  onProgress: (done: number, total: number) => void,
): Promise<Uploaded> {
  const result: Uploaded = { uploaded: [], unchanged: [] };
  const total = drops.reduce((sum, one) => sum + fileCount(one), 0);
  let done = 0;
  const upload = async (one: Drop, etagOf: EtagOf = (key) => etagIn(drop, key)) => {
    const body = await bodyOf(one, (packed) => onProgress(done + packed, total));
    const unchanged = isContent(await etagOf(one.key), body);
    if (!unchanged) await drop.put(one.key, body);
    (unchanged ? result.unchanged : result.uploaded).push(one.key);
    done += fileCount(one);
    onProgress(done, total);
  };
  // Archives one by one: each is built in memory.
  for (const one of drops.filter(({ type }) => type === 'archive')) await upload(one);
  const single = drops.filter(({ type }) => type === 'file');
  const etagOf = await etagsOf(drop, single);
  const files = single.values();
  const lane = async () => {
    for (const one of files) await upload(one, etagOf);
  };
  await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, lane));
  return { uploaded: result.uploaded.sort(), unchanged: result.unchanged.sort() };
}

export function fileCount(drop: Drop): number {
  return drop.type === 'archive' ? drop.files.length : 1;
}

/** An object put whole and unencrypted by a customer's key has the MD5 of its content as etag; any other is sent again. */
export async function liesThere(drop: Store, key: string, body: Uint8Array | string): Promise<boolean> {
  return isContent(await etagIn(drop, key), body);
}

type EtagOf = (key: string) => Promise<string | undefined>;

async function etagIn(drop: Store, key: string): Promise<string | undefined> {
  return (await drop.head(key))?.etag;
}

function isContent(etag: string | undefined, body: Uint8Array | string): boolean {
  return etag?.replaceAll('"', '') === createHash('md5').update(body).digest('hex');
}

/** Of many files, those that a listing gets to are known from it. */
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
    throw new CommandFailure(`${drop.file.path} is larger than 2 GiB.`, {
      next: 'Split it, or drop it with `aws s3 cp`: it is taken in just the same.',
    });
  return readFileSync(drop.file.path);
}

// Puts objects into the drop bucket, many at a time, and leaves alone what lies there already.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Store } from '#core/store/store.ts';
import type { Drop } from './collect.ts';
import { CommandFailure } from './failure.ts';
import { packFolder } from './pack.ts';

const UPLOADS_AT_ONCE = 16;
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
  const upload = async (one: Drop) => {
    const body = await bodyOf(one, (packed) => onProgress(done + packed, total));
    const unchanged = await liesThere(drop, one.key, body);
    if (!unchanged) await drop.put(one.key, body);
    (unchanged ? result.unchanged : result.uploaded).push(one.key);
    done += fileCount(one);
    onProgress(done, total);
  };
  // Archives one by one: each is built in memory.
  for (const one of drops.filter(({ type }) => type === 'archive')) await upload(one);
  const files = drops.filter(({ type }) => type === 'file').values();
  const lane = async () => {
    for (const one of files) await upload(one);
  };
  await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, lane));
  return { uploaded: result.uploaded.sort(), unchanged: result.unchanged.sort() };
}

export function fileCount(drop: Drop): number {
  return drop.type === 'archive' ? drop.files.length : 1;
}

/** An object put whole and unencrypted by a customer's key has the MD5 of its content as etag; any other is sent again. */
export async function liesThere(drop: Store, key: string, body: Uint8Array | string): Promise<boolean> {
  const there = await drop.head(key);
  return there !== undefined && there.etag.replaceAll('"', '') === createHash('md5').update(body).digest('hex');
}

async function bodyOf(drop: Drop, onFile: (packed: number) => void): Promise<Uint8Array> {
  if (drop.type === 'archive') return packFolder(drop.files, onFile);
  if (drop.file.size > LARGEST_FILE_BYTES)
    throw new CommandFailure(`${drop.file.path} is larger than 2 GiB.`, {
      next: 'Split it, or drop it with `aws s3 cp`: it is taken in just the same.',
    });
  return readFileSync(drop.file.path);
}

// Puts an export into a bucket: the files that SHA256SUMS lists, or one zip file. What is there already with the same content stays.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { mapLimit } from '#core/store/map-limit.ts';
import type { Store } from '#core/store/store.ts';
import { ClientFailure } from '../../../failure.ts';

const AT_ONCE = 16;
const SUMS = 'SHA256SUMS';

export type UploadTarget = { readonly store: Pick<Store, 'bucket' | 'list' | 'put'>; readonly prefix: string };

/** `path`: of the folder or the zip file on this machine. SHA256SUMS is sent last, so that a folder that has it is whole. */
export async function uploadExport(
  path: string,
  isZip: boolean,
  { store, prefix }: UploadTarget,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<void> {
  const keyOf = (name: string) => [prefix, name].filter((part) => part !== '').join('/');
  try {
    if (isZip) {
      await store.put(prefix === '' ? basename(path) : prefix, await readFile(path));
      return;
    }
    const sums = await readFile(join(path, SUMS), 'utf8');
    const names = [...sums.matchAll(/^[0-9a-f]{64} {2}(.+)$/gm)].map(([, name = '']) => name);
    const there = new Map<string, string>();
    for await (const { key, etag } of store.list(keyOf(''))) there.set(key, etag.replaceAll('"', ''));
    let done = 0;
    await mapLimit(names, AT_ONCE, async (name) => {
      const bytes = await readFile(join(path, name));
      if (there.get(keyOf(name)) !== createHash('md5').update(bytes).digest('hex')) await store.put(keyOf(name), bytes);
      onProgress(++done, names.length);
    });
    await store.put(keyOf(SUMS), sums);
  } catch (error) {
    throw explained(error, store.bucket, prefix);
  }
}

function explained(error: unknown, bucket: string, prefix: string): unknown {
  const { name } = error as Error;
  if (name === 'NoSuchBucket')
    return new ClientFailure(`There is no bucket ${bucket}.`, { next: 'Check its name: aws s3 ls' });
  if (!/AccessDenied|Forbidden/.test(name)) return error;
  return new ClientFailure(`You may not write to s3://${bucket}/${prefix}: access denied.`, {
    next: `Ask for s3:ListBucket on arn:aws:s3:::${bucket} and s3:PutObject on arn:aws:s3:::${bucket}/*, or use a profile that has them (AWS_PROFILE). The same command goes on from there.`,
  });
}

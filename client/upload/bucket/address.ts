// Addresses of objects: s3://bucket/prefix.
import { ClientFailure, EXIT } from '../../failure.ts';

const ADDRESS = /^s3:\/\/([^/]*)\/?(.*)$/i;
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

export type Address = { readonly bucket: string; readonly prefix: string };

export function isAddress(path: string): boolean {
  return ADDRESS.test(path);
}

/** The prefix has no slash at its end. Throws ClientFailure for a name that no bucket has. */
export function parseAddress(path: string): Address {
  const [, bucket = '', prefix = ''] = ADDRESS.exec(path) ?? [];
  if (!BUCKET.test(bucket))
    throw new ClientFailure(`${path} names no bucket.`, {
      next: 'Write s3://BUCKET/PREFIX, as `aws s3 ls` does.',
      exitCode: EXIT.usage,
    });
  return { bucket, prefix: prefix.replace(/\/+$/, '') };
}

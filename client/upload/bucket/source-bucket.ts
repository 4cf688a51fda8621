// A bucket that is not one of the deployment: where a user's data lies, or an export goes.
import { S3Client } from '@aws-sdk/client-s3';
import { copyObject } from '#core/store/copy-object.ts';
import { s3Store } from '#core/store/s3.ts';
import type { ListedObject, Store } from '#core/store/store.ts';

export type SourceBucket = Pick<Store, 'bucket' | 'list' | 'get' | 'put'> & {
  /** Copies inside S3. */
  copy(object: ListedObject, into: { readonly bucket: string; readonly key: string }): Promise<void>;
};

/** `client`: of the deployment, in whose region objects are copied. The bucket may lie in another one. */
export function sourceBucket(bucket: string, client: S3Client): SourceBucket {
  const reader = new S3Client({ forcePathStyle: true, maxAttempts: 5, followRegionRedirects: true });
  const { list, get, put } = s3Store({ bucket, client: reader });
  return { bucket, list, get, put, copy: (object, into) => copyObject(client, { bucket, ...object }, into) };
}

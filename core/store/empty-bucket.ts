// Deletes everything in a bucket, all versions and delete markers included: CloudFormation deletes only an empty one.
import {
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';

export type Emptied = { readonly versions: number; readonly bytes: number };

/** Counts the versions and delete markers of all objects, and their bytes. */
export async function countVersions(client: S3Client, bucket: string): Promise<Emptied> {
  let [versions, bytes] = [0, 0];
  for await (const page of versionPages(client, bucket)) {
    versions += page.versions.length;
    bytes += page.bytes;
  }
  return { versions, bytes };
}

/** Deletes them, a page of up to 1,000 a call, and returns what was deleted. Throws when S3 refuses to delete one. */
export async function emptyBucket(client: S3Client, bucket: string): Promise<Emptied> {
  let [versions, bytes] = [0, 0];
  for await (const page of versionPages(client, bucket)) {
    if (page.versions.length === 0) continue;
    const Delete = { Objects: page.versions, Quiet: true };
    const { Errors = [] } = await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete }));
    const [first] = Errors;
    if (first) throw new Error(`${bucket}/${first.Key} cannot be deleted: ${first.Code} ${first.Message}`);
    versions += page.versions.length;
    bytes += page.bytes;
  }
  return { versions, bytes };
}

type Page = { readonly versions: { Key: string; VersionId: string }[]; readonly bytes: number };

async function* versionPages(client: S3Client, bucket: string): AsyncIterable<Page> {
  let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
  do {
    const page: ListObjectVersionsCommandOutput = await client.send(
      new ListObjectVersionsCommand({ Bucket: bucket, ...marker }),
    );
    const versions = page.Versions ?? [];
    yield {
      versions: [...versions, ...(page.DeleteMarkers ?? [])].map(({ Key = '', VersionId = 'null' }) => ({
        Key,
        VersionId,
      })),
      bytes: versions.reduce((sum, { Size = 0 }) => sum + Size, 0),
    };
    marker = page.IsTruncated
      ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
      : undefined;
  } while (marker);
}

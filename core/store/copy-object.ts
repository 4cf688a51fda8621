// Copies objects from any bucket inside S3, so that no byte passes this machine.
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';

/** Maximum bytes of one CopyObject; larger objects are copied in parts. */
const LARGEST_COPY_BYTES = 5 * 2 ** 30;
const PART_BYTES = 2 ** 30;

export type CopySource = {
  readonly bucket: string;
  readonly key: string;
  readonly size: number;
  readonly etag: string;
};

/** Throws where the source has changed since it was listed. */
export async function copyObject(
  client: S3Client,
  from: CopySource,
  to: { readonly bucket: string; readonly key: string },
): Promise<void> {
  const CopySource = `${from.bucket}/${from.key.split('/').map(encodeURIComponent).join('/')}`;
  const target = { Bucket: to.bucket, Key: to.key };
  const source = { CopySource, CopySourceIfMatch: from.etag };
  if (from.size <= LARGEST_COPY_BYTES) {
    await client.send(new CopyObjectCommand({ ...target, ...source }));
    return;
  }
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(target));
  const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
  for (let first = 0; first < from.size; first += PART_BYTES) {
    const CopySourceRange = `bytes=${first}-${Math.min(first + PART_BYTES, from.size) - 1}`;
    const part = { ...target, ...source, UploadId, PartNumber: Parts.length + 1, CopySourceRange };
    const { CopyPartResult } = await client.send(new UploadPartCopyCommand(part));
    Parts.push({ PartNumber: part.PartNumber, ETag: CopyPartResult?.ETag });
  }
  await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }));
}

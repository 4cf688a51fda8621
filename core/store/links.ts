// Links to single objects: whoever has one may read or write that object for some minutes, without credentials.
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

/** A function's credentials may end before that. */
const LINK_SECONDS = 900;

export type Link = { readonly url: string; readonly seconds: number };
export type Links = {
  /** A GET of it returns the object with that media type. */
  reading(key: string, contentType: string): Promise<Link>;
  /** A PUT to it of exactly so many bytes writes the object. */
  writing(key: string, bytes: number): Promise<Link>;
};

export function s3Links({ bucket, client }: { readonly bucket: string; readonly client: S3Client }): Links {
  const options = { expiresIn: LINK_SECONDS };
  return {
    async reading(key, contentType) {
      const command = new GetObjectCommand({ Bucket: bucket, Key: key, ResponseContentType: contentType });
      return { url: await getSignedUrl(client, command, options), seconds: LINK_SECONDS };
    },
    async writing(key, bytes) {
      const command = new PutObjectCommand({ Bucket: bucket, Key: key, ContentLength: bytes });
      return { url: await getSignedUrl(client, command, options), seconds: LINK_SECONDS };
    },
  };
}

// A store on S3; only this file and empty-bucket.ts call its API. Path-style addressing is set here, for endpoints without wildcard
// DNS.
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { LatestVersion, Store, WriteCondition } from './store.ts';

const CONFLICT_TRIES = 5;
const CONFLICT_WAIT_MS = 50;

export function s3Client(): S3Client {
  return new S3Client({
    forcePathStyle: true,
    maxAttempts: 5,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

export type S3StoreOptions = {
  readonly bucket: string;
  readonly client?: S3Client;
  /** Waits before a conflict is retried; tests replace it. */
  readonly sleep?: (ms: number) => Promise<void>;
};

export function s3Store({ bucket, client = s3Client(), sleep = wait }: S3StoreOptions): Store {
  const head: Store['head'] = async (key, { versionId } = {}) => {
    try {
      const answer = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
      return {
        size: answer.ContentLength ?? 0,
        etag: answer.ETag ?? '',
        versionId: answer.VersionId,
        modifiedAt: answer.LastModified ?? new Date(0),
      };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  };
  return {
    bucket,
    head,
    async get(key, { versionId, range, ifMatch } = {}) {
      try {
        const answer = await client.send(
          new GetObjectCommand({
            Bucket: bucket,
            Key: key,
            VersionId: versionId,
            IfMatch: ifMatch,
            Range: range && `bytes=${range.first}-${range.last}`,
          }),
        );
        const whole = (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
        // A server may ignore a range and send the whole object (RFC 9110, 14.2); some do so if a version is given.
        const ignored = range !== undefined && answer.ContentRange === undefined;
        const body = ignored ? whole.slice(range.first, range.last + 1) : whole;
        return {
          body: new Uint8Array(body.buffer, body.byteOffset, body.byteLength),
          size: sizeIn(answer.ContentRange) ?? whole.length,
          etag: answer.ETag ?? '',
          versionId: answer.VersionId,
        };
      } catch (error) {
        if (isMissing(error) || statusOf(error) === 412) return undefined;
        if (!range || statusOf(error) !== 416) throw error;
        const facts = await head(key, { versionId });
        return facts && { ...facts, body: new Uint8Array() };
      }
    },
    async put(key, body, { when = 'any', contentType } = {}) {
      for (let attempt = 1; ; attempt++) {
        try {
          const answer = await client.send(
            new PutObjectCommand({
              Bucket: bucket,
              Key: key,
              Body: body,
              // The SDK treats an empty body as a stream of unknown length.
              ContentLength: typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength,
              ContentType: contentType,
              ...conditionOf(when),
            }),
          );
          return { status: 'written', etag: answer.ETag ?? '' };
        } catch (error) {
          if (statusOf(error) === 412 || (typeof when === 'object' && isMissing(error))) return { status: 'refused' };
          if (statusOf(error) !== 409 || attempt === CONFLICT_TRIES) throw error;
          await sleep(CONFLICT_WAIT_MS * 2 ** attempt);
        }
      }
    },
    async delete(key, { versionId } = {}) {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
    },
    async *list(prefix, { startAfter } = {}) {
      let token: string | undefined;
      do {
        const page = await client.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: prefix,
            StartAfter: startAfter,
            ContinuationToken: token,
          }),
        );
        for (const { Key, Size, ETag, LastModified } of page.Contents ?? []) {
          yield { key: Key ?? '', size: Size ?? 0, etag: ETag ?? '', modifiedAt: LastModified ?? new Date(0) };
        }
        token = nextToken(page.IsTruncated, page.NextContinuationToken);
      } while (token !== undefined);
    },
    async *listLatest(prefix): AsyncIterable<LatestVersion> {
      let marker: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
      do {
        const page: ListObjectVersionsCommandOutput = await client.send(
          new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...marker }),
        );
        const versions = (page.Versions ?? []).map((version) => ({ ...version, deleted: false }));
        const markers = (page.DeleteMarkers ?? []).map((version) => ({ ...version, Size: 0, ETag: '', deleted: true }));
        const newest = [...versions, ...markers].filter(({ IsLatest }) => IsLatest);
        newest.sort((a, b) => Buffer.compare(Buffer.from(a.Key ?? ''), Buffer.from(b.Key ?? '')));
        for (const { Key, Size, ETag, LastModified, VersionId, deleted } of newest) {
          yield {
            key: Key ?? '',
            size: Size ?? 0,
            etag: ETag ?? '',
            modifiedAt: LastModified ?? new Date(0),
            versionId: VersionId ?? 'null',
            deleted,
          };
        }
        const next = nextToken(page.IsTruncated, page.NextKeyMarker);
        marker = next === undefined ? undefined : { KeyMarker: next, VersionIdMarker: page.NextVersionIdMarker };
      } while (marker);
    },
  };
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Returns the size from `bytes 0-99/1234`. */
function sizeIn(contentRange: string | undefined): number | undefined {
  const size = /\/(\d+)$/.exec(contentRange ?? '')?.[1];
  return size === undefined ? undefined : Number(size);
}

function conditionOf(when: WriteCondition): { IfNoneMatch?: '*'; IfMatch?: string } {
  if (when === 'any') return {};
  return when === 'absent' ? { IfNoneMatch: '*' } : { IfMatch: when.etag };
}

/** A truncated page without a token would silently lose the rest, so it is an error. */
function nextToken(truncated: boolean | undefined, token: string | undefined): string | undefined {
  if (!truncated) return undefined;
  if (token === undefined) throw new Error('S3 returned a truncated list without a continuation token');
  return token;
}

/** Every role may list what it reads, so S3 answers 403 for no key that is merely missing. A missing bucket is a fault, too. */
function isMissing(error: unknown): boolean {
  return statusOf(error) === 404 && (error as Error).name !== 'NoSuchBucket';
}

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

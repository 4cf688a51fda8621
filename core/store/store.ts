// The one door to bytes. A store is bound to one bucket; S3's semantics are the contract, and its two tests are the same.

/** `body` is never a Buffer, whose slice() does not copy. `size`: of the whole object, where only a range of it was asked for, too. */
export type StoredObject = {
  readonly body: Uint8Array;
  readonly size: number;
  readonly etag: string;
  readonly versionId: string | undefined;
};
export type ObjectFacts = {
  readonly size: number;
  readonly etag: string;
  readonly versionId: string | undefined;
  readonly modifiedAt: Date;
};
export type ListedObject = {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly modifiedAt: Date;
};
/** The newest version of a key, or its delete marker. */
export type LatestVersion = ListedObject & { readonly versionId: string; readonly deleted: boolean };

export type GetOptions = {
  readonly versionId?: string;
  /** Bytes `first` to `last`, both included; none where the object ends before them. */
  readonly range?: { readonly first: number; readonly last: number };
  /** Undefined is returned when the object's etag is not this. */
  readonly ifMatch?: string;
};
/** `absent`: written only where nothing is; an etag: only over that very content; `any`: always. */
export type WriteCondition = 'any' | 'absent' | { readonly etag: string };
export type WriteOptions = { readonly when?: WriteCondition; readonly contentType?: string };
/** `refused`: the condition did not hold. */
export type PutResult = { readonly status: 'written'; readonly etag: string } | { readonly status: 'refused' };

/** The two buckets of a deployment: what users drop, and what goldpan makes of it. */
export type Buckets = { readonly drop: Store; readonly data: Store };

export type Store = {
  readonly bucket: string;
  /** Undefined when there is no such object (or version). */
  get(key: string, options?: GetOptions): Promise<StoredObject | undefined>;
  head(key: string, options?: { readonly versionId?: string }): Promise<ObjectFacts | undefined>;
  put(key: string, body: Uint8Array | string, options?: WriteOptions): Promise<PutResult>;
  /** With a version id that one version is removed for good; a delete marker so removed brings back the version before it. */
  delete(key: string, options?: { readonly versionId?: string }): Promise<void>;
  /** Keys in UTF-8 order. */
  list(prefix: string, options?: { readonly startAfter?: string }): AsyncIterable<ListedObject>;
  /** One entry a key, in UTF-8 order: what the bucket holds now, deleted keys included. */
  listLatest(prefix: string): AsyncIterable<LatestVersion>;
};

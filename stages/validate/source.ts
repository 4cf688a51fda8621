// Which version of which object an event means, and how it begins.

import { SNIFFED_BYTES } from '#core/base/first-bytes.ts';
import type { ReadRange } from '#core/base/read-range.ts';
import type { ObjectEvent, Source } from '#core/ingest/messages.ts';
import { SupersededError } from '#core/ingest/unit-files.ts';
import type { Store } from '#core/store/store.ts';

/**
 * `start`: the first bytes; undefined if they were not read. superseded: the object of the event was deleted or replaced before it could be
 * read.
 */
export type FoundSource = {
  readonly source: Source;
  readonly start: Uint8Array | undefined;
  readonly superseded: boolean;
};
type EventObject = ObjectEvent['detail']['object'];
type LookedUp = Pick<FoundSource, 'source' | 'start'>;

/**
 * Events carry keys as they are; some senders encode them, so the decoded form is tried where the key is not found, and
 * counts only when its content is the event's.
 */
export async function findSource(drop: Store, object: EventObject): Promise<FoundSource> {
  const { key, etag, 'version-id': versionId } = object;
  const asIs = await lookUp(drop, key, object);
  if (asIs && (versionId !== undefined || etag === undefined || sameEtag(asIs.source.etag, etag)))
    return { ...asIs, superseded: false };
  const decoded = asIs === undefined ? decodeKey(key) : undefined;
  if (decoded !== undefined && etag !== undefined) {
    const other = await lookUp(drop, decoded, object);
    if (other && sameEtag(other.source.etag, etag)) return { ...other, superseded: false };
  }
  const gone = { key, versionId: versionId ?? `etag:${etag}`, size: object.size ?? 0, etag: etag ?? '' };
  return { source: gone, start: undefined, superseded: true };
}

/** Reads ranges of the source; the known start is not requested again. Throws SupersededError. */
export function sourceRanges(drop: Store, { source, start }: LookedUp): ReadRange {
  const { key, versionId, size } = source;
  return async (first, last) => {
    if (start && Math.min(last + 1, size) <= start.length) return start.slice(first, last + 1);
    const object = await drop.get(key, { versionId, range: { first, last } });
    if (!object) throw new SupersededError();
    return object.body;
  };
}

/** One request returns the facts of the object and its first bytes, which are nearly always needed. */
async function lookUp(
  drop: Store,
  key: string,
  { size, 'version-id': versionId }: EventObject,
): Promise<LookedUp | undefined> {
  const isWorthReading = size !== undefined && size > 0;
  const facts = isWorthReading
    ? await drop.get(key, { versionId, range: { first: 0, last: SNIFFED_BYTES - 1 } })
    : await drop.head(key, { versionId });
  if (!facts) return undefined;
  const source = { key, versionId: versionId ?? facts.versionId ?? 'null', size: facts.size, etag: facts.etag };
  return { source, start: 'body' in facts ? facts.body : undefined };
}

/** Returns undefined if the key is not the encoded form of another key. */
function decodeKey(key: string): string | undefined {
  try {
    const decoded = decodeURIComponent(key.replaceAll('+', ' '));
    return decoded === key ? undefined : decoded;
  } catch {
    return undefined;
  }
}

/** Headers put etags in quotes, events do not. */
function sameEtag(a: string, b: string): boolean {
  return a.replaceAll('"', '') === b.replaceAll('"', '');
}

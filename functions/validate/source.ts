// Which version of which object an event means.
import type { ObjectEvent, Source } from '#core/messages/ingest.ts';
import type { Store } from '#core/store/store.ts';

/** superseded: what the event told of is no longer there, or was replaced before it could be read. */
export type FoundSource = { readonly source: Source; readonly superseded: boolean };
type EventObject = ObjectEvent['detail']['object'];

/**
 * Events carry keys as they are; some senders encode them, so the decoded form is tried where the key is not found, and
 * counts only when its content is the event's.
 */
export async function findSource(drop: Store, object: EventObject): Promise<FoundSource> {
  const { key, etag, 'version-id': versionId } = object;
  const asIs = await lookUp(drop, key, versionId);
  if (asIs && (versionId !== undefined || etag === undefined || sameEtag(asIs.etag, etag)))
    return { source: asIs, superseded: false };
  const decoded = asIs === undefined ? decodeKey(key) : undefined;
  if (decoded !== undefined && etag !== undefined) {
    const other = await lookUp(drop, decoded, versionId);
    if (other && sameEtag(other.etag, etag)) return { source: other, superseded: false };
  }
  const gone = { key, versionId: versionId ?? `etag:${etag}`, size: object.size ?? 0, etag: etag ?? '' };
  return { source: gone, superseded: true };
}

async function lookUp(drop: Store, key: string, versionId: string | undefined): Promise<Source | undefined> {
  const facts = await drop.head(key, { versionId });
  return facts && { key, versionId: versionId ?? facts.versionId ?? 'null', size: facts.size, etag: facts.etag };
}

/** Undefined where the key is no encoded form of another. */
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

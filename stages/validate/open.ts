// Finds out what an event is about: nothing, an upload, or the configuration of a dataset.
import { litterOf } from '#core/ingest/layouts/litter.ts';
import { ObjectEvent, StorageTest } from '#core/ingest/messages.ts';
import { sniff } from '#core/ingest/sniff.ts';
import { CONFIG_FILE, isFolderMarker, NO_DATASET, parseDropKey, uploadIdOf } from '#core/store/keys.ts';
import type { Buckets } from '#core/store/store.ts';
import { refuse, type Upcoming, type ValidateOutcome } from './refuse.ts';
import { findSource } from './source.ts';

/** A single file of this size is planned quickly, whatever its content. */
const LIGHT_BYTES = 2 ** 20;
/** The outcome for events that do not concern the drop bucket. */
const IGNORED: ValidateOutcome = { state: 'ignored', uploadId: '', units: 0 };

export type OpenedEvent =
  | { readonly type: 'ended'; readonly outcome: ValidateOutcome }
  | { readonly type: 'upload'; readonly upcoming: Upcoming }
  | { readonly type: 'configuration'; readonly upcoming: Upcoming };

/** Throws on a body that is no event. */
export async function openEvent(body: unknown, deps: Buckets): Promise<OpenedEvent> {
  if (StorageTest.safeParse(body).success) return ended(IGNORED);
  const { 'detail-type': type, detail } = ObjectEvent.parse(body);
  const { bucket } = deps.drop;
  if (detail.bucket.name !== bucket || type === 'Object Deleted') return ended(IGNORED);
  const { source, start, superseded } = await findSource(deps.drop, detail.object);
  if (isFolderMarker(source.key, source.size) && !superseded) return ended(IGNORED);
  const { dataset, path } = parseDropKey(source.key) ?? { dataset: NO_DATASET, path: source.key };
  const uploadId = uploadIdOf(bucket, source.key, source.versionId);
  const plain = start !== undefined && !['zip', 'tar'].includes((await sniff(start)).family);
  const upcoming = { dataset, path, source, start, plain, uploadId };
  if (dataset === NO_DATASET)
    return ended(await refuse(deps, upcoming, [{ code: 'upload.outside-dataset', place: {} }]));
  if (litterOf(path) !== undefined)
    return ended(
      await refuse(deps, upcoming, [{ code: 'upload.litter', place: {}, given: `written by ${litterOf(path)}` }]),
    );
  if (superseded) return ended(await refuse(deps, upcoming, [{ code: 'upload.superseded', place: {} }]));
  return { type: path === CONFIG_FILE ? 'configuration' : 'upload', upcoming };
}

/** Returns whether the work is short, so that it may share a call with other work. */
export function isLight({ type, ...rest }: OpenedEvent): boolean {
  if (type === 'ended') return true;
  const { upcoming } = rest as { upcoming: Upcoming };
  const { plain, source } = upcoming;
  return type === 'upload' && (plain || source.size === 0) && source.size <= LIGHT_BYTES;
}

function ended(outcome: ValidateOutcome): OpenedEvent {
  return { type: 'ended', outcome };
}

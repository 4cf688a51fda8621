// Sends the units that have no verdict under a configuration. A unit sent twice is cleaned once.

import type { Kind } from '#core/base/names.ts';
import type { CurrentConfig } from '#core/ingest/current-config.ts';
import { type UnitMessage, Upload } from '#core/ingest/messages.ts';
import { readJson } from '#core/store/json.ts';
import { CONFIG_FILE, dropKey, keys, parseVerdictKey, uploadIdOf } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { readWaivers, type WaiversOf } from './waivers.ts';

const UPLOADS_AT_ONCE = 16;
/** Maximum uploads that one call can handle in time. */
const UPLOADS_A_CALL = 2_000;

export type SendDeps = {
  readonly drop: Store;
  readonly data: Store;
  readonly send: (kind: Kind, messages: readonly UnitMessage[]) => Promise<void>;
};

/** Returns the messages of an upload whose units were never sent before. */
export function unitMessages(
  { dataset, uploadId, source, units }: Upload,
  { configId }: CurrentConfig,
  waiversOf: WaiversOf,
): UnitMessage[] {
  return units.map(({ unit, slice, remarks }) => {
    const waivers = waiversOf(uploadId, unit);
    const message = { dataset, uploadId, configId, unit, source, slice, ...(remarks && { remarks }) };
    return waivers.length > 0 ? { ...message, waivers: [...waivers] } : message;
  });
}

/** Without those that have a verdict. */
export async function missingUnits(
  data: Store,
  upload: Upload,
  current: CurrentConfig,
  waiversOf: WaiversOf,
): Promise<UnitMessage[]> {
  const done = new Set<string | undefined>();
  for await (const { key } of data.list(keys.uploadVerdicts(upload.dataset, current.configId, upload.uploadId)))
    done.add(parseVerdictKey(key)?.unit);
  return unitMessages(upload, current, waiversOf).filter(({ unit }) => !done.has(unit));
}

/**
 * Sends the units that must be cleaned again after a change of the configuration, for the first uploads in the bucket, and returns their
 * number. tick continues with the others, and with those that could not be sent.
 */
export async function resendPending(deps: SendDeps, dataset: string, current: CurrentConfig): Promise<number> {
  const waiversOf = await readWaivers(deps.data, dataset);
  let sent = 0;
  for await (const batch of inBatches(firstUploads(deps.drop, dataset), UPLOADS_AT_ONCE)) {
    const sending = batch.map(async (uploadId) => {
      const upload = await readJson(deps.data, keys.upload(dataset, uploadId), Upload);
      // An upload without a plan is sent by its own event.
      if (!upload) return 0;
      const messages = await missingUnits(deps.data, upload.value, current, waiversOf);
      if (messages.length > 0) await deps.send(current.config.kind, messages);
      return messages.length;
    });
    for (const result of await Promise.allSettled(sending)) if (result.status === 'fulfilled') sent += result.value;
  }
  return sent;
}

/** Yields the uploads that one call can handle, in the order of their keys. */
async function* firstUploads(drop: Store, dataset: string): AsyncGenerator<string> {
  let uploads = 0;
  for await (const { key, versionId, deleted } of drop.listLatest(dropKey(dataset, ''))) {
    if (deleted || key === dropKey(dataset, CONFIG_FILE)) continue;
    yield uploadIdOf(drop.bucket, key, versionId);
    if (++uploads === UPLOADS_A_CALL) return;
  }
}

async function* inBatches<T>(from: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const one of from) {
    batch.push(one);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

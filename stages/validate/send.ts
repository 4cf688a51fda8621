// Sends the units that have no verdict under a configuration. A unit sent twice is cleaned once.

import type { Kind } from '#core/base/names.ts';
import { takeCensus } from '#core/ingest/inventory.ts';
import { type CurrentConfig, type UnitMessage, Upload } from '#core/ingest/messages.ts';
import { readJson } from '#core/store/json.ts';
import { keys, parseVerdictKey } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { readWaivers, type WaiversOf } from './waivers.ts';

const UPLOADS_AT_ONCE = 16;
/** As many as one call has time for with ease; the rest is told of by tick a quarter of an hour later. */
const UPLOADS_A_CALL = 2_000;

export type SendDeps = {
  readonly drop: Store;
  readonly data: Store;
  readonly send: (kind: Kind, messages: readonly UnitMessage[]) => Promise<void>;
};

/** Of an upload of which nothing was sent before. */
export function unitMessages(
  { dataset, uploadId, source, units }: Upload,
  { configId }: CurrentConfig,
  waiversOf: WaiversOf,
): UnitMessage[] {
  return units.map(({ unit, slice }) => {
    const waivers = waiversOf(uploadId, unit);
    const message = { dataset, uploadId, configId, unit, source, slice };
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
 * Uploads that count now and are not done under this configuration; the number of units sent. One that could not be sent
 * is left to tick: in a large dataset some request always fails, and the message would end among the dead letters.
 */
export async function resendPending(deps: SendDeps, dataset: string, current: CurrentConfig): Promise<number> {
  const { uploads } = await takeCensus(deps.drop, deps.data, dataset, current.configId);
  const pending = uploads.filter(({ state }) => state === 'pending').slice(0, UPLOADS_A_CALL);
  if (pending.length === 0) return 0;
  const waiversOf = await readWaivers(deps.data, dataset);
  let sent = 0;
  for (let start = 0; start < pending.length; start += UPLOADS_AT_ONCE) {
    const batch = pending.slice(start, start + UPLOADS_AT_ONCE).map(async ({ uploadId }) => {
      const upload = await readJson(deps.data, keys.upload(dataset, uploadId), Upload);
      // An upload without a plan is sent by its own event.
      if (!upload) return 0;
      const messages = await missingUnits(deps.data, upload.value, current, waiversOf);
      if (messages.length > 0) await deps.send(current.config.kind, messages);
      return messages.length;
    });
    for (const result of await Promise.allSettled(batch)) if (result.status === 'fulfilled') sent += result.value;
  }
  return sent;
}

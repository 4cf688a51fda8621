// The steps of a background export: the plan, one shard, the manifest. Each may be repeated: the same step writes the same bytes.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { sha256 } from '#core/base/hash.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import type { ModelCard } from '#core/model/messages/card.ts';
import {
  CONDITION_STRIDE,
  type DrawnExport,
  type DrawStep,
  EXPORT_TYPES,
  ExportFailure,
  ExportManifest,
  ExportPlan,
  ExportReceipt,
  type ExportRequest,
  SHARD_PIXEL_BYTES,
} from '#core/model/messages/draw-export.ts';
import { HEADER } from '#core/model/messages/endpoint-api.ts';
import { exportIdOf } from '#core/model/messages/export-id.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { mapLimit } from '#core/store/map-limit.ts';
import type { Store } from '#core/store/store.ts';
import type { Answered } from '../outputs/outputs.ts';
import { recordOutputs } from '../outputs/record-outputs.ts';
import type { RequestRefusal } from '../problem.ts';
import { TRAINED_MEDIA } from '../representation/provenance.ts';
import type { Requests } from '../run-request.ts';

const READS_AT_ONCE = 32;
const SHARD_DIGITS = 5;

type Deps = { readonly data: Store; readonly requests: Requests };
type Place = { readonly dataset: string; readonly exportId: string };

/**
 * Throws a GoldpanError for what cannot be drawn, after storing why: the state machine keeps only that a call failed. A shard whose
 * receipt exists is not drawn again.
 */
export function drawExport({ data, requests }: Deps) {
  const record = recordOutputs(data);
  return async (step: DrawStep): Promise<DrawnExport> => {
    switch (step.step) {
      case 'plan':
        return plan(step.request);
      case 'shard':
        return shard(step, step.shard);
      case 'finish':
        return finish(step);
    }
  };

  async function plan(request: ExportRequest): Promise<DrawnExport> {
    const { dataset, modelId, n } = request;
    const place = { dataset, exportId: exportIdOf(request) };
    const chosen = await requests.models.choose(dataset, modelId);
    if (!chosen.ok) return fail(place, chosen.refusal);
    const { most } = definitionOf(chosen.value.input.kind).drawn;
    if (n > most)
      return fail(place, { code: 'request.invalid', detail: `n is ${n}; an export has at most ${most} items.` });
    const shardItems = shardItemsOf(chosen.value);
    const shards = Math.ceil(n / shardItems);
    // A request that cannot be met is refused before any shard is.
    await draw(place, request, { first: 0, n: 1 });
    const written = ExportPlan.parse({ ...request, schemaVersion: 1, exportId: place.exportId, shardItems, shards });
    await writeJson(data, keys.exportPlan(dataset, place.exportId), written);
    const list = Array.from({ length: shards }, (_, i) => ({ step: 'shard', ...place, shard: nameOf(i) }));
    await writeJson(data, keys.exportShards(dataset, place.exportId), list);
    return { ...place, shards };
  }

  async function shard({ dataset, exportId }: Place, name: string): Promise<DrawnExport> {
    const place = { dataset, exportId };
    const receiptKey = keys.exportReceipt(dataset, exportId, name);
    const planned = await planOf(place);
    const done = { ...place, shards: planned.shards };
    if (await data.head(receiptKey)) return done;
    // Calls of a map that was stopped may still begin.
    if (await data.head(keys.stopRequest(dataset, exportId)))
      throw new GoldpanError(FAILURE.refused, `Export ${exportId} of ${dataset} was stopped.`);
    const { shardItems, n, type, settings } = planned;
    const at = Number(name) * shardItems;
    const items = Math.min(shardItems, n - at);
    const first = settings.where === undefined ? at : Number(name) * CONDITION_STRIDE;
    const answered = await draw(place, planned, { first, n: items });
    const body = Buffer.from(answered.body, answered.isBase64Encoded ? 'base64' : 'utf8');
    const bytes = new Uint8Array(body.buffer, body.byteOffset, body.length);
    const file = `part-${name}.${EXPORT_TYPES[type]}`;
    const contentType = answered.headers['content-type'] ?? type;
    if (answered.outputs) await record(dataset, answered.outputs);
    await data.put(keys.export(dataset, exportId, file), bytes, { contentType });
    const left = answered.headers[HEADER.withheld];
    const withheld = left === undefined ? null : Number(left);
    const facts = { first, items: items - (withheld ?? 0), withheld, file, bytes: bytes.length, sha256: sha256(bytes) };
    await writeJson(data, receiptKey, ExportReceipt.parse({ schemaVersion: 1, shard: name, ...facts }));
    return done;
  }

  async function finish({ dataset, exportId }: Place): Promise<DrawnExport> {
    const { shards, shardItems: _items, schemaVersion: _version, ...request } = await planOf({ dataset, exportId });
    const receipts = await mapLimit(
      Array.from({ length: shards }, (_, i) => nameOf(i)),
      READS_AT_ONCE,
      async (name) => (await readJson(data, keys.exportReceipt(dataset, exportId, name), ExportReceipt))?.value,
    );
    const files = receipts.flatMap((receipt) => {
      if (!receipt) return [];
      const { schemaVersion: _, ...file } = receipt;
      return [file];
    });
    if (files.length < shards)
      throw corrupt(`Export ${exportId} of ${dataset} has ${files.length} of ${shards} shards.`);
    const withheld = files.every((file) => file.withheld === null)
      ? null
      : files.reduce((sum, file) => sum + (file.withheld ?? 0), 0);
    const manifest = ExportManifest.parse({
      ...request,
      schemaVersion: 1,
      machineGenerated: true,
      digitalSourceType: TRAINED_MEDIA,
      items: files.reduce((sum, { items }) => sum + items, 0),
      withheld,
      files,
    });
    await writeJson(data, keys.exportManifest(dataset, exportId), manifest);
    return { dataset, exportId, shards };
  }

  async function planOf({ dataset, exportId }: Place): Promise<ExportPlan> {
    const found = await readJson(data, keys.exportPlan(dataset, exportId), ExportPlan);
    if (found) return found.value;
    throw corrupt(`Export ${exportId} of ${dataset} has no plan.`);
  }

  async function draw(
    place: Place,
    { dataset, modelId, seed, type, settings }: ExportRequest,
    { first, n }: { readonly first: number; readonly n: number },
  ): Promise<Answered> {
    const ran = await requests.run({
      rawPath: `/v1/datasets/${dataset}/sample`,
      requestContext: { http: { method: 'POST' } },
      headers: { accept: type },
      body: JSON.stringify({ ...settings, model: modelId, seed, first, n }),
      isBase64Encoded: false,
    });
    return ran.ok ? ran.value.answered : fail(place, ran.refusal);
  }

  async function fail({ dataset, exportId }: Place, refusal: RequestRefusal): Promise<never> {
    const errors = (refusal.errors ?? []).map(({ path, message }) => ` ${path}: ${message}`).join('');
    const detail = `${refusal.detail}${errors}`;
    const failure = ExportFailure.parse({ schemaVersion: 1, code: refusal.code, detail });
    await writeJson(data, keys.exportFailure(dataset, exportId), failure);
    throw new GoldpanError(FAILURE.refused, `${refusal.code}: ${detail}`);
  }
}

/** As many images as fit into memory with room to spare; what answers by items of other kinds is far smaller. */
function shardItemsOf({ input }: ModelCard): number {
  const { shard } = definitionOf(input.kind).drawn;
  if (!('channels' in input)) return shard;
  return Math.max(1, Math.min(shard, Math.floor(SHARD_PIXEL_BYTES / (input.width * input.height * input.channels))));
}

function nameOf(shard: number): string {
  return String(shard).padStart(SHARD_DIGITS, '0');
}

function corrupt(what: string): GoldpanError {
  return new GoldpanError(FAILURE.corruptObject, what);
}

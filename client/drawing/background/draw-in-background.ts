// Draws more items than one call does: in the background, in shards, which are then downloaded or left in S3.
import { randomInt } from 'node:crypto';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { sha256 } from '#core/base/hash.ts';
import { KINDS, type Kind } from '#core/base/names.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import { ModelCard } from '#core/model/messages/card.ts';
import {
  EXPORT_TYPES,
  type ExportManifest,
  type ExportRequest,
  type ExportType,
} from '#core/model/messages/draw-export.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Context } from '../../context.ts';
import { checkedDataset } from '../../datasets/checked-dataset.ts';
import { ClientFailure, EXIT } from '../../failure.ts';
import { readCurrentModel } from '../../training/run-facts.ts';
import { STDOUT } from '../written/formats.ts';
import { followExport } from './follow-export.ts';
import type { ExportedDraw } from './output.ts';
import { unpackPart } from './unpack-part.ts';

const SEEDS = 2 ** 32;
/** The word that leaves the files in S3. */
export const TO_S3 = 's3';
/** Files of these types are one after the other the file of all. */
const JOINABLE: readonly ExportType[] = ['text/csv', 'application/x-ndjson', 'text/plain'];

export type BackgroundOptions = {
  /** A folder, a .csv, .jsonl or .txt file, or `s3`. */
  readonly out: string | undefined;
  readonly count: number;
  /** Members of the request to `sample`. */
  readonly request: Readonly<Record<string, unknown>>;
};

/** Returns the card of the model that would draw so many items in the background; undefined where one call is enough. */
export async function drawsInBackground(
  { deployment }: Context,
  givenDataset: string,
  { out, count, request }: BackgroundOptions,
): Promise<ModelCard | undefined> {
  if (out === STDOUT) return undefined;
  if (out !== TO_S3 && count <= Math.min(...KINDS.map((kind) => definitionOf(kind).drawn.call))) return undefined;
  const dataset = checkedDataset(givenDataset);
  const named = typeof request.model === 'string' ? request.model : undefined;
  const modelId = named ?? (await readCurrentModel(deployment.data, dataset))?.modelId;
  if (modelId === undefined) return undefined;
  const card = (await readJson(deployment.data, keys.modelCard(dataset, modelId), ModelCard))?.value;
  return card && (out === TO_S3 || count > definitionOf(card.input.kind).drawn.call) ? card : undefined;
}

/** Throws ClientFailure for what cannot be drawn or written. */
export async function drawInBackground(
  context: Context,
  card: ModelCard,
  { out, count, request }: BackgroundOptions,
): Promise<ExportedDraw> {
  const { dataset, modelId } = card;
  const { kind } = card.input;
  const { most } = definitionOf(kind).drawn;
  if (count > most) throw usage(`-n ${count}: ${most.toLocaleString('en')} is the most of one export.`);
  const type = typeFor(kind, out);
  const { n: _n, seed, model: _model, ...others } = request;
  const asked: ExportRequest = {
    ...{ dataset, modelId, n: count, type },
    seed: typeof seed === 'number' ? seed : randomInt(SEEDS),
    settings: Object.fromEntries(
      Object.entries(others).flatMap(([name, value]) =>
        typeof value === 'string' || typeof value === 'number' ? [[name, value]] : [],
      ),
    ),
  };
  context.notify({ type: 'export-started', seed: asked.seed, n: count });
  const manifest = await followExport(context, asked);
  const { data } = context.deployment;
  const at = (file: string) => `s3://${data.bucket}/${keys.export(dataset, manifest.exportId, file)}`;
  const files =
    out === TO_S3
      ? manifest.files.map(({ file }) => at(file))
      : await download(context, manifest, out ?? `${dataset}-${manifest.exportId}`);
  const { exportId, seed: drawn, items: drawnItems, withheld } = manifest;
  const facts = { dataset, exportId, modelId, seed: drawn, count: drawnItems, withheld, type };
  return { ...facts, manifest: at('manifest.json'), files };
}

function typeFor(kind: Kind, out: string | undefined): ExportType {
  const ending = out === undefined || out === TO_S3 ? '' : extname(out).slice(1).toLowerCase();
  if (ending === '') return definitionOf(kind).drawn.type;
  const type = JOINABLE.find((one) => EXPORT_TYPES[one] === ending);
  if (type) return type;
  throw usage(
    `--out ${out}: so many items are written to a folder, to a .csv, .jsonl or .txt file, or stay in S3 (--out s3).`,
  );
}

/** Every part is held to its hash. The manifest is written beside the files. */
async function download({ deployment, notify }: Context, manifest: ExportManifest, out: string): Promise<string[]> {
  const { dataset, exportId, type, files } = manifest;
  const isOneFile = extname(out) !== '';
  mkdirSync(isOneFile ? dirname(out) : out, { recursive: true });
  const stream = isOneFile ? createWriteStream(out) : undefined;
  const written: string[] = [];
  for (const [done, part] of files.entries()) {
    notify({ type: 'progress', activity: 'download', done, total: files.length });
    const bytes = (await deployment.data.get(keys.export(dataset, exportId, part.file)))?.body;
    if (!bytes || sha256(bytes) !== part.sha256)
      throw new ClientFailure(`${part.file} of export ${exportId} is missing or damaged.`, {
        next: 'Exports are kept for 7 days. Use another --seed to draw again.',
      });
    if (stream) await new Promise<void>((resolve) => void stream.write(bytes, () => resolve()));
    else if (type === 'application/zip') written.push(...(await unpackPart(bytes, out, part.first)));
    else {
      writeFileSync(join(out, part.file), bytes);
      written.push(join(out, part.file));
    }
  }
  notify({ type: 'finished', activity: 'download' });
  const manifestFile = isOneFile ? `${out}.manifest.json` : join(out, 'manifest.json');
  writeFileSync(manifestFile, `${JSON.stringify(manifest, null, 2)}\n`);
  if (!stream) return written;
  await new Promise<void>((resolve) => stream.end(() => resolve()));
  return [out];
}

function usage(message: string): ClientFailure {
  return new ClientFailure(message, { exitCode: EXIT.usage });
}

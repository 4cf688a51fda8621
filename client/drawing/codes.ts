// Images to codes and to small files, and back.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, extname } from 'node:path';
import { decodeNpy } from '#core/base/npy.ts';
import { EncodeAnswer, type GivenItem } from '#core/model/messages/endpoint-api.ts';
import type { Context } from '../context.ts';
import { checkedDataset } from '../datasets/checked-dataset.ts';
import { ClientFailure, EXIT } from '../failure.ts';
import { drawSamples } from './draw.ts';
import { callEndpoint } from './endpoint.ts';
import { readGivenItems } from './given-items.ts';
import type { DrawOutput } from './output.ts';

const MOST_ITEMS = 64;

type Options = { readonly out: string; readonly model?: string | undefined };
export type ItemOptions = Options & {
  /** Paths of files, or beginnings of item ids. */
  readonly items: readonly string[];
  readonly labels: readonly string[];
};

/** Returns the media type of codes. Throws ClientFailure for a file that is neither .json nor .npy. */
export function codesAs(out: string): string {
  const extension = extname(out).toLowerCase();
  if (extension === '.npy') return 'application/x-npy';
  if (extension === '.json') return 'application/json';
  throw new ClientFailure(`--out ${out}: codes are not written to such a file.`, {
    next: 'Use .json, which has the classes, too, or .npy.',
    exitCode: EXIT.usage,
  });
}

/** `out`: .npy, or .json with the classes. */
export async function encode(context: Context, dataset: string, options: ItemOptions): Promise<DrawOutput> {
  const accept = codesAs(options.out);
  return send(context, dataset, 'encode', accept, options, {});
}

export type CompressOptions = ItemOptions & {
  readonly maxError?: number | undefined;
  readonly step?: number | undefined;
};

export async function compress(context: Context, dataset: string, options: CompressOptions): Promise<DrawOutput> {
  const { maxError, step } = options;
  return send(context, dataset, 'compress', 'application/octet-stream', options, { maxError, step });
}

export type DecodeOptions = Options & {
  /** A file that `encode` wrote. */
  readonly codes: string;
};

/** Throws ClientFailure for a file that holds no codes. */
export async function decode(context: Context, dataset: string, options: DecodeOptions): Promise<DrawOutput> {
  const { codes, out, model } = options;
  const { items, modelId } = readCodes(codes);
  const request = { items, model: model ?? modelId };
  return drawSamples(context, dataset, 'decode', { out, count: items.length, request });
}

export async function decompress(
  context: Context,
  dataset: string,
  { file, out }: { readonly file: string; readonly out: string },
): Promise<DrawOutput> {
  const request = { container: readFileSync(file).toString('base64') };
  return drawSamples(context, dataset, 'decompress', { out, count: 1, request });
}

/** Throws ClientFailure for none, and for more than one call takes. */
export function checkItems({ length }: readonly string[]): void {
  if (length > 0 && length <= MOST_ITEMS) return;
  throw new ClientFailure(`There are ${length} items; one call takes 1 to ${MOST_ITEMS}.`, {
    next: 'Give --item once or more.',
    exitCode: EXIT.usage,
  });
}

async function send(
  { deployment }: Context,
  givenDataset: string,
  operation: 'encode' | 'compress',
  accept: string,
  { items, labels, model, out }: ItemOptions,
  more: Readonly<Record<string, unknown>>,
): Promise<DrawOutput> {
  checkItems(items);
  const dataset = checkedDataset(givenDataset);
  const given = await readGivenItems(deployment, { dataset, model, items, labels });
  const request = { items: given.items, model: given.modelId, ...more };
  const {
    body,
    contentType: _,
    snapshotId: _snapshot,
    ...facts
  } = await callEndpoint(deployment, { dataset, operation, accept, body: request });
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, body);
  const codes =
    operation === 'encode' && accept === 'application/json'
      ? EncodeAnswer.parse(JSON.parse(Buffer.from(body).toString('utf8'))).codes
      : undefined;
  const scores = codes && { outlierScores: codes.map(({ outlierScore }) => outlierScore) };
  return { ...facts, count: items.length, files: [out], ...scores };
}

function readCodes(path: string): { items: GivenItem[]; modelId?: string } {
  const bytes = readFileSync(path);
  if (extname(path).toLowerCase() === '.json') {
    const answer = EncodeAnswer.safeParse(JSON.parse(bytes.toString('utf8'))).data;
    if (!answer) throw noCodes(path);
    const items = answer.codes.map(({ code, label }) => ({ code, ...(label !== null && { label }) }));
    return { items, modelId: answer.modelId };
  }
  const { shape, values } = decodeNpy(bytes);
  const [count = 0, latentDim = 0] = shape;
  if (!(values instanceof Float32Array) || shape.length !== 2) throw noCodes(path);
  const items = Array.from({ length: count }, (_, i) => {
    const own = values.slice(i * latentDim, (i + 1) * latentDim);
    return { code: Buffer.from(own.buffer).toString('base64') };
  });
  return { items };
}

function noCodes(path: string): ClientFailure {
  return new ClientFailure(`${path} holds no codes.`, {
    next: 'Give a .json or .npy file that goldpan encode wrote.',
    exitCode: EXIT.usage,
  });
}

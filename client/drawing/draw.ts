// Generates items with a model and writes them to files.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { SampleAnswer as EndpointPictures } from '#core/model/messages/endpoint-api.ts';
import type { Context } from '../context.ts';
import { checkedDataset } from '../datasets/checked-dataset.ts';
import { ClientFailure, EXIT } from '../failure.ts';
import { callEndpoint, type Operation } from './endpoint.ts';
import type { DrawOutput } from './output.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.npy': 'application/x-npy',
  '.json': 'application/json',
  '.zip': 'application/zip',
};

export type DrawOptions = {
  /** A file, whose extension decides the format, or a folder: one PNG for each item. */
  readonly out: string;
  /** Members of the request; undefined ones get the defaults of the endpoint. */
  readonly request: Readonly<Record<string, unknown>>;
  /** Number of items asked for, where the response does not say. */
  readonly count: number;
};

/** Throws ClientFailure for an extension that cannot be written, and when the endpoint refuses the request. */
export async function draw(
  { deployment }: Context,
  givenDataset: string,
  operation: Operation,
  { out, request, count }: DrawOptions,
): Promise<DrawOutput> {
  const dataset = checkedDataset(givenDataset);
  const extension = extname(out).toLowerCase();
  const accept = extension === '' ? 'application/json' : TYPES[extension];
  if (accept === undefined) {
    throw new ClientFailure(`--out ${out}: ${extension} files cannot be written.`, {
      next: `Use a folder, or one of ${Object.keys(TYPES).join(', ')}.`,
      exitCode: EXIT.usage,
    });
  }
  const { body, ...facts } = await callEndpoint(deployment, { dataset, operation, accept, body: request });
  if (extension !== '') {
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, body);
    return { ...facts, count, files: [out] };
  }
  mkdirSync(out, { recursive: true });
  const { images } = EndpointPictures.parse(JSON.parse(new TextDecoder().decode(body)));
  const files = images.map((image, i) => {
    const file = join(out, `${String(i).padStart(4, '0')}.png`);
    writeFileSync(file, Buffer.from(image, 'base64'));
    return file;
  });
  return { ...facts, count: files.length, files };
}

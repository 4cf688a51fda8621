// goldpan sample and goldpan interpolate: new items from the model that serves.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { SampleAnswer as EndpointPictures } from '#core/model/messages/endpoint-api.ts';
import { plural } from '../../cli/terminal/format.ts';
import type { SampleAnswer } from '../answers.ts';
import type { Context } from '../context.ts';
import { checkedDataset } from '../datasets/status.ts';
import { CommandFailure, EXIT } from '../failure.ts';
import { callEndpoint, type Operation } from './endpoint.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.npy': 'application/x-npy',
  '.json': 'application/json',
  '.zip': 'application/zip',
};

export type DrawOptions = {
  /** A file by its ending, or a folder: one PNG each. */
  readonly out: string;
  /** Members of the endpoint's request; what is undefined is left to its defaults. */
  readonly request: Readonly<Record<string, unknown>>;
  /** How many pictures are asked for, where the answer itself does not say. */
  readonly count: number;
};

/** Throws CommandFailure for a file ending that cannot be written, and with the endpoint's own words when it refuses. */
export async function draw(
  { cloud }: Context,
  givenDataset: string,
  operation: Operation,
  { out, request, count }: DrawOptions,
): Promise<SampleAnswer> {
  const dataset = checkedDataset(givenDataset);
  const ending = extname(out).toLowerCase();
  const accept = ending === '' ? 'application/json' : TYPES[ending];
  if (accept === undefined) {
    throw new CommandFailure(`--out ${out}: nothing can be written as ${ending}.`, {
      next: `Use a folder, or one of ${Object.keys(TYPES).join(', ')}.`,
      exitCode: EXIT.usage,
    });
  }
  const { body, ...facts } = await callEndpoint(cloud, { dataset, operation, accept, body: request });
  if (ending !== '') {
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

export function printDrawn({ modelId, seed, prior, output, count, files }: SampleAnswer): string {
  const where = files.length === 1 ? files[0] : `${files.length} files, the first ${files[0]}`;
  const law = prior === 'mixture' ? 'the mixture fitted to its training data' : 'the normal prior';
  const what = output === 'mean' ? "; each is the decoder's mean" : '';
  return `${where}: ${plural(count, 'picture')} by model ${modelId}, seed ${seed}, drawn from ${law}${what}`;
}

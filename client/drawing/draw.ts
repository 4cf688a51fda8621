// Generates items with a model and writes them to files.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CONDITION_STRIDE } from '#core/model/messages/draw-export.ts';
import { ClipsAnswer, SampleAnswer } from '#core/model/messages/endpoint-api.ts';
import type { Context } from '../context.ts';
import { checkedDataset } from '../datasets/checked-dataset.ts';
import { ClientFailure, EXIT } from '../failure.ts';
import { callEndpoint } from './endpoint.ts';
import type { DrawOutput } from './output.ts';
import { convert } from './written/convert.ts';
import { bothOnStdout, extensionOf, writtenAs } from './written/formats.ts';
import { writeProvenance } from './written/provenance-file.ts';

/** Number of rows or texts of one request; larger requests are split and their lines joined. */
const PIECE_ROWS = 10_000;
const PLAIN = 'text/plain';
const LINES = ['text/csv', 'application/x-ndjson', PLAIN];

export type DrawOptions = {
  /** A file, whose extension decides the format, a folder: one PNG or WAV for each item, or `-`; undefined: samples.png, samples.wav for clips, samples.csv for rows; texts are then returned and not written. */
  readonly out?: string | undefined;
  /** Name of the file if none is given. @default samples */
  readonly name?: string;
  /** Members of the request; undefined ones get the defaults of the endpoint. */
  readonly request: Readonly<Record<string, unknown>>;
  /** Number of items requested, for responses that do not state it. */
  readonly count: number;
};

/** Throws ClientFailure for an extension that cannot be written, and when the endpoint refuses the request. */
export async function drawSamples(
  { deployment, stdout }: Context,
  givenDataset: string,
  operation: string,
  { out, name = 'samples', request, count }: DrawOptions,
): Promise<DrawOutput> {
  const dataset = checkedDataset(givenDataset);
  const { accept, converted, to } = writtenAs(out);
  if (to === 'stdout' && !stdout) throw bothOnStdout();
  const ask = (body: unknown) => callEndpoint(deployment, { dataset, operation, accept, body });
  const piece = (first: number) => Math.min(PIECE_ROWS, count - first);
  const { body, contentType, snapshotId, ...facts } = await ask(
    count > PIECE_ROWS ? { ...request, n: piece(0) } : request,
  );
  const bodies = [body];
  if (count > PIECE_ROWS && !LINES.some((type) => contentType.startsWith(type))) {
    throw new ClientFailure(`${contentType} holds ${PIECE_ROWS} rows at most.`, {
      next: 'Use --out with a .csv or .jsonl file; texts also go to a .txt file.',
      exitCode: EXIT.usage,
    });
  }
  for (let at = PIECE_ROWS; at < count; at += PIECE_ROWS) {
    const first = request.where === undefined ? at : (at / PIECE_ROWS) * CONDITION_STRIDE;
    bodies.push((await ask({ ...request, seed: facts.seed, n: piece(at), first })).body);
  }
  if (out === undefined && contentType.startsWith(PLAIN)) {
    const texts = Buffer.concat(bodies).toString('utf8').split('\n').slice(0, -1);
    return { ...facts, count: texts.length, files: [], texts };
  }
  const items = count - (facts.withheld ?? 0);
  if (to === 'stdout') {
    await stdout?.(Buffer.concat(bodies));
    return { ...facts, count: items, files: [] };
  }
  const written = out ?? `${name}${extensionOf(contentType)}`;
  if (to !== 'folder') {
    mkdirSync(dirname(written), { recursive: true });
    writeFileSync(written, converted ? await convert(body, contentType, converted) : Buffer.concat(bodies));
    const { modelId, seed } = facts;
    const provenance = writeProvenance(written, { dataset, modelId, snapshotId, seed, items });
    return { ...facts, count: items, files: [written], ...(provenance !== undefined && { provenance }) };
  }
  mkdirSync(written, { recursive: true });
  const answer: unknown = JSON.parse(new TextDecoder().decode(body));
  const { images } = SampleAnswer.safeParse(answer).data ?? {};
  const single = images ?? ClipsAnswer.safeParse(answer).data?.clips;
  if (!single)
    throw new ClientFailure(`--out ${written}: rows and texts are written to one file.`, {
      next: 'Use a .csv or .jsonl file, of texts also .txt, of rows also .parquet.',
      exitCode: EXIT.usage,
    });
  const files = single.map((item, i) => {
    const file = join(written, `${String(i).padStart(4, '0')}${images ? '.png' : '.wav'}`);
    writeFileSync(file, Buffer.from(item, 'base64'));
    return file;
  });
  return { ...facts, count: files.length, files };
}

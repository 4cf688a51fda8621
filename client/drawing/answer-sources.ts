// Answers the lines of a file with a model of pairs.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, extname } from 'node:path';
import type { Context } from '../context.ts';
import { checkedDataset } from '../datasets/checked-dataset.ts';
import { ClientFailure, EXIT } from '../failure.ts';
import { callEndpoint } from './endpoint.ts';
import type { DrawOutput } from './output.ts';

/** A request has at most as many sources, of so many characters together. */
const PIECE_SOURCES = 200;
const PIECE_CHARACTERS = 50_000;
const TYPES: Readonly<Record<string, string>> = {
  '.jsonl': 'application/x-ndjson',
  '.csv': 'text/csv',
  '.txt': 'text/plain',
};

export type AnswerOptions = {
  /** A text file, one source a line; empty lines are left out. */
  readonly file: string;
  /** A .jsonl or .csv file of sources and answers, or a .txt file of answers; undefined: they are returned. */
  readonly out?: string | undefined;
  /** Members of the request; undefined ones get the defaults of the endpoint. */
  readonly request: Readonly<Record<string, unknown>>;
};

/** Returns the media type of the answers. Throws ClientFailure for an extension that cannot be written. */
export function answersAs(out: string | undefined): string {
  const accept = out === undefined ? 'text/plain' : TYPES[extname(out).toLowerCase()];
  if (accept !== undefined) return accept;
  throw new ClientFailure(`--out ${out}: answers cannot be written to such a file.`, {
    next: `Use one of ${Object.keys(TYPES).join(', ')}.`,
    exitCode: EXIT.usage,
  });
}

/** Throws ClientFailure for a file without lines, an extension that cannot be written, and what the endpoint refuses. */
export async function answerSources(
  { deployment }: Context,
  givenDataset: string,
  { file, out, request }: AnswerOptions,
): Promise<DrawOutput> {
  const dataset = checkedDataset(givenDataset);
  const accept = answersAs(out);
  const pieces = piecesOf(linesOf(file));
  const bodies: Uint8Array[] = [];
  let facts: Pick<DrawOutput, 'modelId' | 'seed' | 'prior' | 'output'> | undefined;
  let first = 0;
  for (const sources of pieces) {
    const model = facts && { model: facts.modelId, seed: facts.seed };
    const body = { ...request, ...model, sources, first };
    const {
      body: answers,
      modelId,
      seed,
      prior,
      output,
    } = await callEndpoint(deployment, {
      ...{ dataset, operation: 'sample', accept, body },
    });
    facts = { modelId, seed, prior, output };
    bodies.push(answers);
    first += sources.length;
  }
  const text = Buffer.concat(bodies).toString('utf8');
  const lines = text.split('\n').slice(accept === TYPES['.csv'] ? 1 : 0, -1);
  const own = { ...(facts as NonNullable<typeof facts>), count: lines.length };
  if (out === undefined) return { ...own, files: [], texts: lines };
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, text);
  return { ...own, files: [out] };
}

function linesOf(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ClientFailure(`--sources ${file}: ${(error as Error).message}`, { exitCode: EXIT.usage });
  }
  const lines = text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .map((line) => line.normalize('NFC').trim())
    .filter((line) => line !== '');
  if (lines.length > 0) return lines;
  throw new ClientFailure(`--sources ${file} has no lines.`, {
    next: 'Write one source a line.',
    exitCode: EXIT.usage,
  });
}

function piecesOf(lines: readonly string[]): string[][] {
  const pieces: string[][] = [];
  let characters = Number.POSITIVE_INFINITY;
  for (const line of lines) {
    characters += line.length;
    if (characters > PIECE_CHARACTERS || (pieces.at(-1)?.length ?? PIECE_SOURCES) >= PIECE_SOURCES) {
      pieces.push([]);
      characters = line.length;
    }
    pieces.at(-1)?.push(line);
  }
  return pieces;
}

// Fills the holes of a CSV file with a model of its table.
import { readFileSync, writeFileSync } from 'node:fs';
import { readCsv } from '#core/kinds/reading/csv.ts';
import type { Context } from '../context.ts';
import { checkedDataset } from '../datasets/checked-dataset.ts';
import { ClientFailure, EXIT } from '../failure.ts';
import { callEndpoint } from './endpoint.ts';
import type { DrawOutput } from './output.ts';

const DELIMITERS = [',', ';', '\t', '|'];
/** A multiple of the rows whose random numbers are drawn together. */
const PIECE_ROWS = 2_048;

export type ImputeOptions = {
  readonly out: string;
  readonly seed?: number | undefined;
  readonly model?: string | undefined;
};

/** Throws ClientFailure for a file that is no CSV with a header, and when the endpoint refuses the request. */
export async function impute(
  { deployment }: Context,
  givenDataset: string,
  file: string,
  { out, seed, model }: ImputeOptions,
): Promise<DrawOutput> {
  const dataset = checkedDataset(givenDataset);
  const { columns, rows } = readRows(file);
  const bodies: Uint8Array[] = [];
  let facts: Omit<DrawOutput, 'count' | 'files'> | undefined;
  for (let first = 0; first < rows.length; first += PIECE_ROWS) {
    const request = { columns, rows: rows.slice(first, first + PIECE_ROWS), first, seed: facts?.seed ?? seed, model };
    const {
      body,
      contentType: _type,
      ...reply
    } = await callEndpoint(deployment, {
      ...{ dataset, operation: 'impute' as const, accept: 'text/csv', body: request },
    });
    facts = reply;
    bodies.push(body);
  }
  if (!facts) throw new ClientFailure(`${file} has no rows below its header.`, { exitCode: EXIT.usage });
  writeFileSync(out, Buffer.concat(bodies));
  return { ...facts, count: rows.length, files: [out] };
}

/** The delimiter is the one by which the header has the most columns. */
function readRows(file: string): { columns: readonly string[]; rows: (readonly string[])[] } {
  const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  const headers = DELIMITERS.map((delimiter) => {
    const { value } = readCsv(text, delimiter).next();
    return { delimiter, columns: value?.ok ? value.fields.map((name) => name.trim()) : [] };
  });
  const { delimiter, columns } = headers.reduce((most, one) => (one.columns.length > most.columns.length ? one : most));
  const rows: (readonly string[])[] = [];
  for (const record of readCsv(text, delimiter)) {
    if (!record.ok) throw new ClientFailure(`${file}, line ${record.line}: ${record.reason}`, { exitCode: EXIT.usage });
    rows.push(record.fields.map((cell) => cell.trim()));
  }
  return { columns, rows: rows.slice(1) };
}

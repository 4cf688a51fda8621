// Rows of a table in files: pieces of many requests put together, and holes filled.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { drawSamples } from '#client/drawing/draw.ts';
import { impute } from '#client/drawing/impute.ts';
import { EndpointEvent } from '#core/model/messages/endpoint-api.ts';
import { ImputeRequest } from '#stages/sample/operations/impute.ts';
import { folderOf } from './folder.ts';
import { memoryDeployment } from './memory-deployment.ts';

const ROWS = {
  statusCode: 200,
  headers: {
    'content-type': 'text/csv; charset=utf-8',
    'x-goldpan-model': 'vae-1',
    'x-goldpan-seed': '7',
    'x-goldpan-prior': 'normal',
    'x-goldpan-output': 'drawn',
  },
  body: 'rows\n',
  isBase64Encoded: false,
};
const bodiesOf = (calls: readonly unknown[]) =>
  calls.map((call) => JSON.parse(EndpointEvent.parse(call).body ?? '') as Record<string, unknown>);

test('many rows are requested in pieces of one seed, and written to one file', async () => {
  const { context, calls } = memoryDeployment({ answer: ROWS });
  const out = join(folderOf(), 'x.csv');
  const answer = await drawSamples(context, 'adult', 'sample', { out, request: { n: 25_000 }, count: 25_000 });
  expect(answer).toMatchObject({ modelId: 'vae-1', count: 25_000, files: [out] });
  expect(bodiesOf(calls)).toEqual([
    { n: 10_000 },
    { n: 10_000, seed: 7, first: 10_000 },
    { n: 5_000, seed: 7, first: 20_000 },
  ]);
  expect(readFileSync(out, 'utf8')).toBe('rows\nrows\nrows\n');
});

test('without a name, rows are written to samples.csv; one Parquet file holds one piece', async () => {
  const { context } = memoryDeployment({ answer: ROWS });
  const before = process.cwd();
  process.chdir(folderOf());
  try {
    const answer = await drawSamples(context, 'adult', 'sample', { out: undefined, request: { n: 5 }, count: 5 });
    expect(answer.files).toEqual(['samples.csv']);
  } finally {
    process.chdir(before);
  }
  const parquet = { ...ROWS, headers: { ...ROWS.headers, 'content-type': 'application/vnd.apache.parquet' } };
  const asked = drawSamples(memoryDeployment({ answer: parquet }).context, 'adult', 'sample', {
    ...{ out: join(folderOf(), 'x.parquet'), request: { n: 25_000 }, count: 25_000 },
  });
  await expect(asked).rejects.toThrow(/holds 10000 rows at most/);
});

test('a file with holes is sent in pieces, whatever its delimiter, and its answers are written to one file', async () => {
  const { context, calls } = memoryDeployment({ answer: ROWS });
  const folder = folderOf();
  const file = join(folder, 'holes.csv');
  const lines = Array.from({ length: 2_100 }, (_, row) => `${row % 3 ? 'clerk' : ''};"a;b";${row}`);
  writeFileSync(file, `\uFEFFjob;note; age\n${lines.join('\n')}\n`);
  const out = join(folder, 'filled.csv');
  expect(await impute(context, 'adult', file, { out })).toMatchObject({ count: 2_100, files: [out] });
  const [first, second] = bodiesOf(calls).map((body) => ImputeRequest.parse(body));
  expect(first?.columns).toEqual(['job', 'note', 'age']);
  expect(first?.rows.slice(0, 2)).toEqual([
    ['', 'a;b', '0'],
    ['clerk', 'a;b', '1'],
  ]);
  expect(first?.rows).toHaveLength(2_048);
  expect(second).toMatchObject({ first: 2_048, seed: 7 });
  expect(readFileSync(out, 'utf8')).toBe('rows\nrows\n');
  writeFileSync(file, 'job\n');
  await expect(impute(context, 'adult', file, { out })).rejects.toThrow(/no rows below its header/);
});

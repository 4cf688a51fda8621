// Rows of a table through the endpoint, by a latent-class model with known probabilities.
import { parquetMetadata } from 'hyparquet';
import { beforeEach, expect, test } from 'vitest';
import { sha256 } from '#core/base/hash.ts';
import { decodeColumns } from '#core/base/parquet-columns.ts';
import { subColumnsOf } from '#core/kinds/table/codec/codec.ts';
import { fitCodec } from '#core/kinds/table/codec/fit-codec.ts';
import { TrainConfig } from '#core/kinds/train-config.ts';
import type { ModelCard } from '#core/model/messages/card.ts';
import { HEADER, PROBLEMS, type ProblemCode, RowsAnswer } from '#core/model/messages/endpoint-api.ts';
import { CLASSES_FILE, encodeClasses } from '#core/model/table/class-sampler.ts';
import { writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import { promote } from '../../../fixtures/stored-model.ts';
import { bytesOf, openEndpoint, problemOf } from './calls.ts';

const PATH = '/v1/datasets/adult/sample';
const jobs = ['clerk', 'cook', 'clerk', 'smith'];
const codec = fitCodec([
  { name: 'job', in: 'job', type: 'category', cells: jobs },
  { name: 'age', in: 'age', type: 'integer', cells: [20, 30, 40, null] },
  { name: 'since', in: 'since', type: 'date', dateFormat: '%d.%m.%Y', cells: [0, 1, 2, 3] },
]);

async function storeTable(data = memoryStore()) {
  const subColumns = subColumnsOf(codec);
  const codes = subColumns.reduce((sum, one) => sum + one.codes, 0);
  // Two classes: in the first every code is as likely, in the second the first one.
  const logProbabilities = new Float32Array(codes * 2);
  for (const one of subColumns) {
    for (let code = 0; code < one.codes; code++) {
      logProbabilities[(one.offset + code) * 2] = Math.log(1 / one.codes);
      logProbabilities[(one.offset + code) * 2 + 1] = Math.log(code === 0 ? 0.9 : 0.1 / (one.codes - 1));
    }
  }
  const logWeights = Float32Array.of(Math.log(0.5), Math.log(0.5));
  const files: Record<string, Uint8Array> = {
    [CLASSES_FILE]: encodeClasses({ classes: 2, logWeights, logProbabilities }),
    'codec.json': Buffer.from(JSON.stringify(codec)),
  };
  const columns = codec.columns.map(({ name, type }) => ({ name, type, made: 'modelled' as const }));
  const card: ModelCard = {
    schemaVersion: 2,
    modelId: 'latent-class-1',
    runId: 'run',
    dataset: 'adult',
    snapshotId: 'snapshot',
    family: 'latent-class',
    input: { kind: 'table', columns, codes, delimiter: ';' },
    latentDim: 2,
    labels: [],
    trainItems: 4,
    train: TrainConfig.parse({ model: 'latent-class' }),
    latent: null,
    metrics: { items: 1, selection: 'negativeLogLikelihood', figures: { negativeLogLikelihood: 1 } },
    license: null,
    files: Object.fromEntries(Object.entries(files).map(([file, bytes]) => [file, sha256(bytes)])),
  };
  for (const [file, bytes] of Object.entries(files)) await data.put(keys.model('adult', card.modelId, file), bytes);
  await writeJson(data, keys.modelCard('adult', card.modelId), card);
  await writeJson(data, keys.registryEntry('adult', card.modelId), {
    modelId: card.modelId,
    promoted: true,
    reason: null,
    revoked: false,
  });
  await promote(data, 'adult', card.modelId);
  return openEndpoint({ data });
}

let endpoint: Awaited<ReturnType<typeof storeTable>>;
beforeEach(async () => {
  endpoint = await storeTable();
});
const call = (body: unknown, accept?: string) => endpoint.call({ path: PATH, body, ...(accept && { accept }) });
const text = async (body: unknown, accept?: string) => new TextDecoder().decode(bytesOf(await call(body, accept)));

test('CSV is the default, with the columns, the delimiter and the date format of the table', async () => {
  const answer = await call({ n: 40 });
  expect(answer.headers).toMatchObject({
    'content-type': 'text/csv; charset=utf-8',
    [HEADER.model]: 'latent-class-1',
    [HEADER.machineGenerated]: 'true',
    [HEADER.rows]: '40',
  });
  const [header, ...rows] = new TextDecoder().decode(bytesOf(answer)).trimEnd().split('\n');
  expect(header).toBe('job;age;since');
  expect(rows).toHaveLength(40);
  for (const row of rows) expect(row).toMatch(/^(clerk|cook|smith);(20|30|40|);0[1-4]\.01\.1970$/);
});

test('the rows of a seed are always the same, and go on where the rows before ended', async () => {
  const rows = (await text({ n: 600, seed: 5 })).split('\n');
  expect((await text({ n: 10, seed: 5 })).split('\n').slice(0, 11)).toEqual(rows.slice(0, 11));
  expect(await text({ n: 5, seed: 5, first: 500 })).toBe(`${rows.slice(501, 506).join('\n')}\n`);
});

test('conditions hold in every row and counts are exact; JSON, JSON lines and Parquet have the types of the columns', async () => {
  const body = { n: 300, where: "job = 'cook' and age >= 30" };
  const answer = RowsAnswer.parse(JSON.parse(await text(body, 'application/json')));
  expect(answer).toMatchObject({ count: 300, machineGenerated: true });
  expect(answer.rows.every(({ job, age }) => job === 'cook' && Number(age) >= 30)).toBe(true);
  const lines = (await text(body, 'application/x-ndjson')).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(answer.rows);
  const parquet = bytesOf(await call(body, 'application/vnd.apache.parquet'));
  const rows = await decodeColumns<Record<string, unknown>, string>(parquet, ['job', 'age', 'since']);
  expect(rows).toHaveLength(300);
  expect(typeof rows[0]?.age).toBe('bigint');
  expect(rows.map(({ age }) => Number(age))).toEqual(answer.rows.map(({ age }) => age));
  const footer = parquetMetadata(new Uint8Array(parquet).buffer as ArrayBuffer).key_value_metadata ?? [];
  expect(Object.fromEntries(footer.map(({ key, value }) => [key, value]))).toMatchObject({
    'goldpan.model': answer.modelId,
    'goldpan.machineGenerated': 'true',
    'Iptc4xmpExt:DigitalSourceType': expect.stringContaining('/trainedAlgorithmicMedia'),
  });
});

test.each([
  [{ where: 'jobs = 1' }, 'condition.invalid'],
  [{ where: 'job =' }, 'condition.invalid'],
  [{ where: 'age > 90' }, 'condition.impossible'],
  [{ label: 'x' }, 'operation.unavailable'],
  [{ n: 60_000 }, 'request.invalid'],
])('%o is refused: %s', async (body, code) => {
  const answer = await call(body);
  expect(answer.statusCode).toBe(PROBLEMS[code as ProblemCode].status);
  expect(problemOf(answer).code).toBe(code);
});

test('holes are filled, and what is known stays as it is, in the format that it came in', async () => {
  const ask = (body: unknown) => endpoint.call({ path: '/v1/datasets/adult/impute', body });
  const rows = Array.from({ length: 300 }, (_, row) => [row % 2 ? '02.01.1970' : '', row % 3 ? 'cook' : null]);
  const answer = await ask({ columns: ['since', 'job'], rows, seed: 4 });
  const [header, ...lines] = new TextDecoder().decode(bytesOf(answer)).trimEnd().split('\n');
  expect(header).toBe('job;age;since');
  expect(lines).toHaveLength(300);
  for (const [row, line] of lines.entries()) {
    expect(line).toMatch(/^(clerk|cook|smith);(20|30|40|);0[1-4]\.01\.1970$/);
    if (row % 3) expect(line.startsWith('cook;')).toBe(true);
    if (row % 2) expect(line.endsWith(';02.01.1970')).toBe(true);
  }
  const later = new TextDecoder().decode(
    bytesOf(await ask({ columns: ['since', 'job'], rows: rows.slice(256), seed: 4, first: 256 })),
  );
  expect(later.trimEnd().split('\n')).toEqual(lines.slice(256));
  expect(problemOf(await ask({ columns: ['sinse'], rows: [['x']] })).detail).toContain(
    'the columns are job, age, since',
  );
  expect(problemOf(await ask({ columns: ['age'], rows: [['old']] })).detail).toContain('Row 1: old is no value of age');
});

test('a picture of rows is not to be had, and rows have nothing between them', async () => {
  expect(problemOf(await call({}, 'image/png')).code).toBe('accept.not-supported');
  expect(problemOf(await endpoint.call({ path: '/v1/datasets/adult/interpolate', body: {} })).code).toBe(
    'operation.unavailable',
  );
});

// Large numbers in the background, as the client has them: started, followed, gone on with, stopped, downloaded.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { drawInBackground, drawsInBackground } from '#client/drawing/background/draw-in-background.ts';
import { listExports, stopExport } from '#client/drawing/background/exports.ts';
import type { Execution } from '#client/machine.ts';
import type { ModelCard } from '#core/model/messages/card.ts';
import type { ExportRequest } from '#core/model/messages/draw-export.ts';
import { exportIdOf } from '#core/model/messages/export-id.ts';
import { keys } from '#core/store/keys.ts';
import { drawExport } from '#stages/sample/background/draw-export.ts';
import { openDecoderWith } from '#stages/sample/drawing/decoder.ts';
import { openEncoderWith } from '#stages/sample/drawing/encoder.ts';
import { requestsIn } from '#stages/sample/run-request.ts';
import { memoryLinks } from '../../fixtures/memory-links.ts';
import { storeModel } from '../../fixtures/stored-model.ts';
import { type MemoryDeployment, memoryDeployment } from './memory-deployment.ts';

const SHAPE = { latentDim: 2, width: 8, height: 8, channels: 1 } as const;
const ENDED: Execution = { status: 'SUCCEEDED', output: null, cause: undefined };
let deployment: MemoryDeployment;
let folder: string;
let card: ModelCard;
/** Shards that fail at their first try. */
let failing: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'goldpan-background-'));
  deployment = memoryDeployment();
  failing = [];
  const { data, draw } = deployment;
  card = await storeModel(data, { shape: SHAPE });
  const opened = { openDecoder: openDecoderWith(1), openEncoder: openEncoderWith(1) };
  const run = drawExport({
    data,
    requests: requestsIn({ data, links: memoryLinks, ...opened, threads: 1, cacheBytes: 2 ** 24, drawSeed: () => 0 }),
  });
  // As the state machine does.
  draw.run = async (input) => {
    const { request } = input as { request: ExportRequest };
    try {
      const planned = (await run({ step: 'plan', request })) as { shards: number };
      const place = { dataset: request.dataset, exportId: exportIdOf(request) };
      for (let i = 0; i < planned.shards; i++) {
        const shard = String(i).padStart(5, '0');
        if (failing.includes(shard)) {
          failing = [];
          throw new Error('the platform failed');
        }
        await run({ step: 'shard', ...place, shard });
      }
      await run({ step: 'finish', ...place });
      return ENDED;
    } catch (error) {
      return { status: 'FAILED', output: undefined, cause: String(error) };
    }
  };
});
afterEach(() => rmSync(folder, { recursive: true }));

const options = (out: string | undefined, count: number, request: object = { seed: 3 }) => ({
  out,
  count,
  request: { n: count, ...request },
});

test('more than one call draws goes to the background; what one call draws does not, unless it is to stay in S3', async () => {
  const ask = (count: number, out?: string) => drawsInBackground(deployment.context, 'digits', options(out, count));
  expect(await ask(1024)).toBeUndefined();
  expect((await ask(1025))?.modelId).toBe('model-a');
  expect((await ask(1, 's3'))?.modelId).toBe('model-a');
});

test('images are numbered through all shards in one folder, with the manifest beside them', async () => {
  const drawn = await drawInBackground(deployment.context, card, options(folder, 1100));
  expect(drawn).toMatchObject({ count: 1100, seed: 3, modelId: 'model-a' });
  const files = readdirSync(folder).sort();
  expect(files).toHaveLength(1101);
  expect(files.slice(0, 2)).toEqual(['000000.png', '000001.png']);
  expect(files.slice(-2)).toEqual(['001099.png', 'manifest.json']);
  expect(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))).toMatchObject({ machineGenerated: true });
});

test('what failed goes on with the shards that are missing; what is done is not drawn again', async () => {
  failing = ['00001'];
  const ask = () => drawInBackground(deployment.context, card, options('s3', 2100));
  await expect(ask()).rejects.toThrow('the platform failed');
  expect((await listExports(deployment.context, 'digits')).exports).toMatchObject([
    { state: 'failed', shards: { done: 1, total: 3 }, n: 2100 },
  ]);
  const { exportId, files, manifest } = await ask();
  expect(files).toHaveLength(3);
  expect(manifest).toBe(`s3://data/exports/digits/${exportId}/manifest.json`);
  expect(deployment.draw.started.map(({ name }) => name)).toEqual([`${exportId}-1`, `${exportId}-2`]);
  await ask();
  expect(deployment.draw.started).toHaveLength(2);
  expect((await listExports(deployment.context, 'digits')).exports).toMatchObject([{ state: 'done' }]);
});

test('a refusal of the endpoint is told as it is', async () => {
  const ask = drawInBackground(deployment.context, card, options('s3', 2000, { label: 'seven' }));
  await expect(ask).rejects.toThrow(/label/);
  await expect(drawInBackground(deployment.context, card, options('x.parquet', 2000))).rejects.toThrow('--out');
  await expect(drawInBackground(deployment.context, card, options('s3', 100_001))).rejects.toThrow('100,000');
});

test('a running export is stopped; an ended one is not', async () => {
  failing = ['00001'];
  await expect(drawInBackground(deployment.context, card, options('s3', 1100))).rejects.toThrow();
  const [found] = (await listExports(deployment.context, 'digits')).exports;
  const id = found?.exportId ?? '';
  await expect(stopExport(deployment.context, 'digits', id)).rejects.toThrow('is not running');
  await expect(stopExport(deployment.context, 'digits', '0')).rejects.toThrow('no export 0');
  const describe = deployment.draw.describe;
  deployment.draw.describe = async (name) =>
    name.endsWith('-1') && deployment.draw.stopped.length === 0
      ? { status: 'RUNNING', output: undefined, cause: undefined }
      : describe(name);
  expect((await stopExport(deployment.context, 'digits', id)).exports).toMatchObject([{ state: 'stopped' }]);
  expect(deployment.draw.stopped).toEqual([`${id}-1`]);
  const marker = keys.stopRequest('digits', id);
  expect(await deployment.data.head(marker)).toBeDefined();
  deployment.draw.describe = describe;
  await drawInBackground(deployment.context, card, options('s3', 1100));
  expect(await deployment.data.head(marker)).toBeUndefined();
});

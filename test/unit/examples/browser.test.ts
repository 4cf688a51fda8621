// The page of examples/browser, in a browser, with a model that the trainer exported and links that the endpoint gave.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { normals } from '#core/base/random.ts';
import type { LatentMixture } from '#core/model/latent-mixture.ts';
import { ModelLinks } from '#core/model/messages/large-messages.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import { exportModel } from '../../../containers/trainer/export/export-model.ts';
import { vae } from '../../../containers/trainer/models/vae/vae.ts';
import { pageServer } from '../../../examples/browser/serve.ts';
import { openBrowser } from '../../fixtures/browser.ts';
import { storeModel } from '../../fixtures/stored-model.ts';
import { bytesOf, openEndpoint } from '../stages/sample/calls.ts';

const SIZE = { width: 12, height: 8, channels: 3, latentDim: 4 } as const;
const N = 5;
const GAP = 1;
const MIXTURE: LatentMixture = {
  ...{ schemaVersion: 1, latentDim: 4, covariance: 'diagonal' },
  components: [0, 1].map((label) => {
    return { weight: 0.5, label, mean: Array(4).fill(label * 3 - 1), factor: Array(4).fill(0.5) };
  }),
};
const folder = mkdtempSync(join(tmpdir(), 'goldpan-browser-'));
const linksFile = join(folder, 'links.json');
const data = memoryStore();
const endpoint = openEndpoint({ data });
let page: Server;
let files: Server;

beforeAll(async () => {
  const model = vae({ ...SIZE, classes: 2, batchSize: 2 });
  const state = new Map(
    [...model.initialState(1)].map(([name, { shape, values }]) => {
      return [name, { shape, values: normals(2, name, values.length).map((value) => value * 0.1) }] as const;
    }),
  );
  const exported = await exportModel({ exports: model.exports, state, folder });
  const bytes = exported.files.map((file) => [file, new Uint8Array(readFileSync(join(folder, file)))] as const);
  await storeModel(data, {
    ...{ shape: SIZE, labels: ['cat', 'dog'], conditional: true, mixture: MIXTURE },
    more: Object.fromEntries(bytes),
    decoder: new Map(bytes).get('decoder.onnx') as Uint8Array,
  });
  [page, files] = await Promise.all([listening(await pageServer(linksFile)), listening(bucket())]);
  const links = await linksOf('model-a');
  writeFileSync(linksFile, JSON.stringify(withOrigin(links, originOf(files))));
});
afterAll(() => {
  page?.close();
  files?.close();
  rmSync(folder, { recursive: true });
});

test('links lead to the card and every file; a model that was revoked has none', async () => {
  await storeModel(data, { modelId: 'model-b', revoked: true, current: false });
  const { modelId, files: linked } = await linksOf('model-a');
  expect(modelId).toBe('model-a');
  expect(Object.keys(linked).toSorted()).toEqual(
    ['card.json', 'decoder.onnx', 'decoder/group1-shard1of1.bin', 'decoder/model.json', 'encoder.onnx'].concat([
      'encoder/group1-shard1of1.bin',
      'encoder/model.json',
      'latents.json',
      'weights.safetensors',
    ]),
  );
  expect((await endpoint.call({ method: 'GET', path: '/v1/datasets/digits/models/model-b/links' })).statusCode).toBe(
    410,
  );
});

test('a browser draws what the endpoint draws of the same seed and class, by WebAssembly', async () => {
  const asked = { n: N, seed: 3, label: 'dog' };
  const answer = await endpoint.call({ accept: 'application/x-npy', body: asked });
  const expected = bytesOf(answer).subarray(-N * SIZE.width * SIZE.height * SIZE.channels);
  const browser = await openBrowser();
  try {
    const opened = await browser.newPage();
    opened.setDefaultTimeout(0);
    await opened.goto(originOf(page));
    await opened.getByText('model-a is ready.').waitFor();
    await opened.getByLabel('Images', { exact: true }).fill(String(asked.n));
    await opened.getByLabel('Seed').fill(String(asked.seed));
    await opened.getByLabel('Class').selectOption(asked.label);
    await opened.getByRole('button', { name: 'Draw' }).click();
    await opened.getByText(`model-a drew ${N} images`).waitFor();
    const drawn = (await opened.evaluate(
      `(() => { const c = document.querySelector('canvas');
        return [c.width, ...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]; })()`,
    )) as number[];
    const [width = 0, ...pixels] = drawn;
    expect(Math.max(...differences(expected, pixels, width))).toBeLessThanOrEqual(1);
    expect(new Set(expected).size).toBeGreaterThan(20);
  } finally {
    await browser.close();
  }
});

async function linksOf(modelId: string): Promise<ModelLinks> {
  const answer = await endpoint.call({ method: 'GET', path: `/v1/datasets/digits/models/${modelId}/links` });
  return ModelLinks.parse(JSON.parse(answer.body));
}

/** The data bucket: another origin, which lets pages read. */
function bucket(): Server {
  return createServer(async (request, response) => {
    const object = await data.get(decodeURIComponent((request.url ?? '').slice(1)));
    response.writeHead(object ? 200 : 404, { 'access-control-allow-origin': '*' }).end(object?.body);
  });
}

function withOrigin(links: ModelLinks, origin: string): ModelLinks {
  const entries = Object.keys(links.files).map((file) => [file, `${origin}/${keys.model('digits', 'model-a', file)}`]);
  return { ...links, files: Object.fromEntries(entries) };
}

async function listening(server: Server): Promise<Server> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Between the endpoint's pixels [n, height, width, 3] and those of the canvas, which has rows of images with gaps. */
function differences(expected: Uint8Array, canvas: readonly number[], canvasWidth: number): number[] {
  const columns = Math.ceil(Math.sqrt(N));
  return [...expected].map((value, place) => {
    const pixel = Math.floor(place / SIZE.channels);
    const image = Math.floor(pixel / (SIZE.width * SIZE.height));
    const x = (image % columns) * (SIZE.width + GAP) + (pixel % SIZE.width);
    const row = Math.floor((pixel % (SIZE.width * SIZE.height)) / SIZE.width);
    const y = Math.floor(image / columns) * (SIZE.height + GAP) + row;
    return Math.abs(value - (canvas[(y * canvasWidth + x) * 4 + (place % SIZE.channels)] as number));
  });
}

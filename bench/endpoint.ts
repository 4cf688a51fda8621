// The endpoint without a network: a warm call of 64 digits for each type of answer, and a cold start of the packaged
// function, which reads its model from a store next door.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { normals } from '#core/base/random.ts';
import { encodePng } from '#core/pages/png.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { Store } from '#core/store/store.ts';
import { openDecoderWith } from '#stages/sample/drawing/decoder.ts';
import { openEncoderWith } from '#stages/sample/drawing/encoder.ts';
import { PICTURE_TYPES } from '#stages/sample/representation/media-types.ts';
import { sample } from '#stages/sample/stage.ts';
import { convolutionalDecoder } from '../test/fixtures/decoders.ts';
import { memoryLinks } from '../test/fixtures/memory-links.ts';
import { storeModel } from '../test/fixtures/stored-model.ts';
import { type Benchmark, lowerIsBetter, median, type Row } from './benchmark.ts';
import { packageEndpoint } from './endpoint-package.ts';

const DIGITS = { latentDim: 32, width: 28, height: 28, channels: 1 } as const;
const SAMPLES = 64;
const WARM_CALLS = 31;
const COLD_STARTS = 7;
const LIMIT = { warmMs: 60, coldMs: 1500, zipMB: 60 };
const BUCKET = 'bench';

export const endpoint: Benchmark = {
  sentence: 'drawing 64 digits: a warm call, a cold start of the packaged function, and what the package weighs',
  async run() {
    const data = memoryStore({ bucket: BUCKET });
    await storeModel(data, { shape: DIGITS, decoder: convolutionalDecoder(DIGITS) });
    const folder = mkdtempSync(join(tmpdir(), 'goldpan-endpoint-'));
    try {
      const { bundle, zipBytes } = await packageEndpoint(folder);
      const rows = [
        ...(await warmRows(data)),
        await pngRow(),
        within('cold start to the first answer', 'ms', median(await coldStartsMs(data, bundle)), LIMIT.coldMs),
        within('zip of the function', 'MB', zipBytes / 1e6, LIMIT.zipMB),
      ];
      return { versions: { sharp: sharp.versions.sharp ?? '' }, rows };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function warmRows(data: Store): Promise<Row[]> {
  const stage = sample({ data, links: memoryLinks, openDecoder: openDecoderWith(1), openEncoder: openEncoderWith(1) });
  const rows: Row[] = [];
  for (const accept of PICTURE_TYPES) {
    const timesMs: number[] = [];
    for (let seed = 0; seed < WARM_CALLS; seed++) {
      const startedMs = performance.now();
      const { statusCode } = await stage(drawEvent(accept, seed));
      timesMs.push(performance.now() - startedMs);
      if (statusCode !== 200) throw new Error(`the endpoint answered ${statusCode}`);
    }
    rows.push(within(`warm call, ${accept}`, 'ms', median(timesMs), LIMIT.warmMs));
  }
  return rows;
}

/** The same pixels as PNG, one by one, by the endpoint's writer and by sharp in the same rounds. */
async function pngRow(): Promise<Row> {
  const { width, height, channels } = DIGITS;
  const pictures = Array.from({ length: SAMPLES }, (_, i) =>
    Uint8Array.from(normals(i, 'bench', width * height), (value) => Math.max(0, value) * 80),
  );
  const [ours, peer]: [number[], number[]] = [[], []];
  for (let round = 0; round < WARM_CALLS; round++) {
    const startedMs = performance.now();
    for (const pixels of pictures) encodePng({ width, height, channels, pixels }, '<x/>');
    const middleMs = performance.now();
    const raw = { width, height, channels };
    await Promise.all(pictures.map((pixels) => sharp(pixels, { raw }).withXmp('<x/>').png().toBuffer()));
    ours.push(middleMs - startedMs);
    peer.push(performance.now() - middleMs);
  }
  const name = `${SAMPLES} PNGs with their origin inside`;
  return lowerIsBetter({
    metric: name,
    unit: 'ms',
    ours: median(ours),
    peer: median(peer),
    peerName: 'sharp',
    goal: 3,
  });
}

/** From the start of a process to its first answer: it imports the bundle and calls it once. */
async function coldStartsMs(data: Store, bundle: string): Promise<number[]> {
  const server = createServer(async ({ url = '', method }, response) => {
    if (method === 'PUT') {
      // A record of the ledger.
      response.writeHead(200, { etag: '"bench"' }).end();
      return;
    }
    const object = await data.get(decodeURIComponent(new URL(url, 'http://store').pathname.slice(BUCKET.length + 2)));
    response.writeHead(object ? 200 : 404, object && { etag: object.etag, 'content-length': object.body.length });
    response.end(object?.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const script = `
    const { handler } = await import(${JSON.stringify(bundle)});
    const { statusCode } = await handler(${JSON.stringify(drawEvent('image/png', 1))}, { awsRequestId: 'bench' });
    process.stdout.write('\\n' + JSON.stringify({ statusCode, endedMs: performance.now() }));`;
  const env = {
    PATH: process.env.PATH,
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1769',
    GOLDPAN_DATA_BUCKET: BUCKET,
  };
  try {
    const timesMs: number[] = [];
    for (let start = 0; start < COLD_STARTS; start++) {
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env });
      const output = JSON.parse(stdout.slice(stdout.lastIndexOf('\n'))) as { statusCode: number; endedMs: number };
      if (output.statusCode !== 200) throw new Error(`the packaged endpoint answered ${output.statusCode}: ${stdout}`);
      timesMs.push(output.endedMs);
    }
    return timesMs;
  } finally {
    server.close();
  }
}

function drawEvent(accept: string, seed: number) {
  return {
    rawPath: '/v1/datasets/digits/sample',
    requestContext: { http: { method: 'POST' } },
    headers: { accept },
    body: JSON.stringify({ n: SAMPLES, seed }),
    isBase64Encoded: false,
  };
}

function within(metric: string, unit: string, ours: number, limit: number): Row {
  return lowerIsBetter({ metric, unit, ours, peer: limit, peerName: 'the limit', goal: 1 });
}

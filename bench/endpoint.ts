// Measures the endpoint without a network: a warm call for 64 digits in each media type, and a cold start of the packaged function, which
// reads its model from a local server.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import { packagedFunction } from './endpoint/packaged-function.ts';
import { packageEndpoint } from './endpoint-package.ts';

const DIGITS = { latentDim: 32, width: 28, height: 28, channels: 1 } as const;
const SAMPLES = 64;
const WARM_CALLS = 31;
const COLD_STARTS = 7;
const LIMIT = { warmMs: 60, coldMs: 1500, zipMB: 60 };

export const endpoint: Benchmark = {
  sentence: 'drawing 64 digits: a warm call, a cold start of the packaged function, and what the package weighs',
  async run() {
    const data = memoryStore();
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
  const packaged = await packagedFunction(data, bundle);
  const script = `
    const { statusCode } = await handler(${JSON.stringify(drawEvent('image/png', 1))}, { awsRequestId: 'bench' });
    answer({ statusCode, endedMs: performance.now() });`;
  try {
    const timesMs: number[] = [];
    for (let start = 0; start < COLD_STARTS; start++) {
      const { statusCode, endedMs } = await packaged.run<{ statusCode: number; endedMs: number }>(script);
      if (statusCode !== 200) throw new Error(`the packaged endpoint answered ${statusCode}`);
      timesMs.push(endedMs);
    }
    return timesMs;
  } finally {
    packaged.close();
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

// CPU time of the endpoint: one run of a decoder beside Python's ONNX Runtime, and warm calls of 16 digits.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryStore } from '#core/store/memory.ts';
import { openDecoderWith } from '#stages/sample/drawing/decoder.ts';
import { openEncoderWith } from '#stages/sample/drawing/encoder.ts';
import { sample } from '#stages/sample/stage.ts';
import { convolutionalDecoder } from '../test/fixtures/decoders.ts';
import { memoryLinks } from '../test/fixtures/memory-links.ts';
import { storeModel } from '../test/fixtures/stored-model.ts';
import type { Benchmark } from './benchmark.ts';
import { callRows } from './endpoint/call-rows.ts';
import { decoderRows } from './endpoint/decoder-rows.ts';

const DIGITS = { latentDim: 32, width: 28, height: 28, channels: 1 } as const;
const IMAGES = 16;

export const endpointCalls: Benchmark = {
  sentence: "CPU time of one run of a decoder beside Python's ONNX Runtime, and of warm calls of 16 digits",
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'goldpan-endpoint-calls-'));
    try {
      const decoder = convolutionalDecoder(DIGITS);
      const data = memoryStore();
      await storeModel(data, { shape: DIGITS, decoder });
      const stage = sample({
        data,
        links: memoryLinks,
        openDecoder: openDecoderWith(1),
        openEncoder: openEncoderWith(1),
      });
      const measured = await decoderRows(folder, decoder, DIGITS.latentDim);
      const rows = [...measured.rows, ...(await callRows((seed) => stage(eventOf(seed))))];
      return { versions: { 'onnxruntime (Python)': measured.version }, rows };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function eventOf(seed: number) {
  return {
    rawPath: '/v1/datasets/digits/sample',
    requestContext: { http: { method: 'POST' } },
    headers: { accept: 'image/png' },
    body: JSON.stringify({ n: IMAGES, seed }),
    isBase64Encoded: false,
  };
}

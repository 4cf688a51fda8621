// Measures the CPU time of the endpoint: one run of a decoder beside Python's ONNX Runtime and TensorFlow.js on WebAssembly, and warm calls
// for 16 digits; also the start and the memory of the packaged function, and how long it takes to find the parents of a sample.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import { openDecoderWith } from '#stages/sample/drawing/decoder.ts';
import { openEncoderWith } from '#stages/sample/drawing/encoder.ts';
import { sample } from '#stages/sample/stage.ts';
import { exportModel } from '../containers/trainer/export/export-model.ts';
import { vae } from '../containers/trainer/models/vae/vae.ts';
import { memoryLinks } from '../test/fixtures/memory-links.ts';
import { storeModel } from '../test/fixtures/stored-model.ts';
import type { Benchmark } from './benchmark.ts';
import { callRows } from './endpoint/call-rows.ts';
import { decoderRows } from './endpoint/decoder-rows.ts';
import { firstSampleRows } from './endpoint/first-sample-rows.ts';
import { memoryRow } from './endpoint/memory-row.ts';
import { packagedFunction } from './endpoint/packaged-function.ts';
import { parentsRows } from './endpoint/parents-rows.ts';
import { startRows } from './endpoint/start-rows.ts';
import { packageEndpoint } from './endpoint-package.ts';

const DIGITS = { latentDim: 32, width: 28, height: 28, channels: 1 } as const;
const IMAGES = 16;

export const endpointCalls: Benchmark = {
  sentence:
    "CPU time of one run of a decoder beside Python's ONNX Runtime and WebAssembly, warm calls of 16 digits, the start and the memory of the function, and the parents of a sample",
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'goldpan-endpoint-calls-'));
    try {
      const model = vae({ ...DIGITS, classes: 0, batchSize: 1 });
      await exportModel({ exports: model.exports, state: model.initialState(1), folder });
      const data = memoryStore();
      await storeModel(data, { shape: DIGITS, decoder: readFileSync(join(folder, 'decoder.onnx')) });
      const stage = sample({
        data,
        links: memoryLinks,
        openDecoder: openDecoderWith(1),
        openEncoder: openEncoderWith(1),
      });
      const measured = await decoderRows(folder, DIGITS.latentDim);
      const rows = [...measured.rows, ...(await callRows((seed) => stage(eventOf(seed))))];
      const { bundle } = await packageEndpoint(join(folder, 'package'));
      const card = await data.get(keys.modelCard('digits', 'model-a'));
      writeFileSync(join(folder, 'card.json'), card?.body ?? '');
      rows.push(...(await firstSampleRows(folder, join(folder, 'package'), measured.firstSamples)));
      const packaged = await packagedFunction(data, bundle);
      try {
        rows.push(...(await startRows(packaged, eventOf)), await memoryRow(packaged, eventOf), ...parentsRows());
      } finally {
        packaged.close();
      }
      return { versions: measured.versions, rows };
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

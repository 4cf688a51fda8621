// What the exported model of texts does where it is served: its speed, and how many texts come back from their codes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { normals } from '#core/base/random.ts';
import { textCoder } from '#core/kinds/text/codec/text-codec.ts';
import { openTextNetwork } from '#stages/sample/texts/text-network.ts';
import { readCodedItems } from '../../containers/trainer/data/coded-files.ts';
import { decodeTexts, readTextCodec } from '../../containers/trainer/data/text/show-texts.ts';
import { median } from '../benchmark.ts';

const TEXTS = 64;
const RUNS = 21;
const RETURNED = 500;
const MICROSECONDS_PER_MILLISECOND = 1_000;

/** `folder`: of a training, with the codes of the splits. */
export async function measureExported(folder: string, latentDim: number): Promise<Record<string, number>> {
  const model = join(folder, 'model');
  const codec = readTextCodec(folder);
  const { positions } = textCoder(codec);
  const encoder = async () => readFileSync(join(model, 'encoder.onnx'));
  const opening = { codec, encoder, latentDim, classes: 0, threads: 1 };
  const network = await openTextNetwork(readFileSync(join(model, 'decoder.onnx')), opening);
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const z = normals(run, 'served', TEXTS * latentDim);
    const streams = Array.from({ length: TEXTS }, (_, text) => `served/${run}/${text}`);
    const start = process.cpuUsage();
    await network.draw({ z, labels: new Int32Array(TEXTS).fill(-1) }, { seed: 1, streams, settings: {} });
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) / MICROSECONDS_PER_MILLISECOND);
  }
  const { test } = readCodedItems(folder, positions, 0);
  const texts = decodeTexts(codec, test.bytes as Uint8Array).slice(0, RETURNED);
  const { zMean } = await network.encode(texts);
  const labels = new Int32Array(texts.length).fill(-1);
  const streams = texts.map((_, text) => `returned/${text}`);
  const returned = await network.draw({ z: zMean, labels }, { seed: 1, streams, settings: { temperature: 0 } });
  await network.close();
  return {
    servedMilliseconds: median(times),
    returned: returned.filter((text, at) => text === texts[at]).length / texts.length,
  };
}

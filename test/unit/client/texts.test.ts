// Texts of a model: printed where no file is named, and sent as they are typed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { drawStrip, mix } from '#client/drawing/between/mix.ts';
import { drawSamples } from '#client/drawing/draw.ts';
import { EndpointEvent } from '#core/model/messages/endpoint-api.ts';
import { writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { InterpolateRequest } from '#stages/sample/operations/interpolate.ts';
import { MixRequest } from '#stages/sample/operations/mix.ts';
import { printDrawn } from '../../../cli/print/models/drawn.ts';
import { storeModel } from '../../fixtures/stored-model.ts';
import { folderOf } from './folder.ts';
import { memoryDeployment } from './memory-deployment.ts';

const HEADERS = {
  'content-type': 'text/plain; charset=utf-8',
  'x-goldpan-model': 'vae-1',
  'x-goldpan-seed': '7',
  'x-goldpan-prior': 'normal',
  'x-goldpan-output': 'drawn',
};
const ANSWER = { statusCode: 200, headers: HEADERS, body: 'emma\nzoë\n', isBase64Encoded: false };

async function deployed() {
  const deployment = memoryDeployment({ answer: ANSWER });
  const card = await storeModel(deployment.data, { dataset: 'names', modelId: 'vae-1' });
  const input = { kind: 'text', unit: 'character', symbols: 26, maxLength: 15 } as const;
  await writeJson(deployment.data, keys.modelCard('names', 'vae-1'), { ...card, input });
  const sent = () => JSON.parse(EndpointEvent.parse(deployment.calls.at(-1)).body ?? '') as unknown;
  return { ...deployment, sent };
}

test('texts are returned and printed, or written to the file that is named', async () => {
  const { context } = await deployed();
  const asked = { request: { n: 2 }, count: 2 };
  const printed = await drawSamples(context, 'names', 'sample', asked);
  expect(printed).toMatchObject({ modelId: 'vae-1', count: 2, files: [], texts: ['emma', 'zoë'] });
  expect(printDrawn(printed)).toBe('emma\nzoë');
  const out = join(folderOf(), 'x.txt');
  const written = await drawSamples(context, 'names', 'sample', { out, ...asked });
  expect(readFileSync(out, 'utf8')).toBe('emma\nzoë\n');
  expect(printDrawn(written)).toBe(`${out}: 2 texts from model vae-1, seed 7`);
});

test('given texts are sent as they are typed, with their weights and classes', async () => {
  const { context, sent } = await deployed();
  const strip = await drawStrip(context, 'names', { from: 'emma', to: 'olivér', steps: 5, labels: [] });
  expect(strip.texts).toEqual(['emma', 'zoë']);
  const { from, to, steps } = InterpolateRequest.parse(sent());
  expect({ from, to, steps }).toEqual({ from: { text: 'emma' }, to: { text: 'olivér' }, steps: 5 });
  await mix(context, 'names', { items: ['emma', 'bo'], weights: [2, 1], labels: ['girl', 'boy'] });
  expect(MixRequest.parse(sent()).items).toEqual([
    { text: 'emma', label: 'girl', weight: 2 },
    { text: 'bo', label: 'boy', weight: 1 },
  ]);
});

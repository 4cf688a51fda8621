// Clips in files: one WAV, or a folder with one for each.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { drawSamples } from '#client/drawing/draw.ts';
import { writeWav } from '#core/kinds/audio/codec/write-wav.ts';
import { type ClipsAnswer, EndpointEvent } from '#core/model/messages/endpoint-api.ts';
import { folderOf } from './folder.ts';
import { memoryDeployment } from './memory-deployment.ts';

const WAVS = [1, 2].map((level) => writeWav(new Int16Array(80).fill(level), 8000));
const base64 = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('base64');
const headers = {
  'x-goldpan-model': 'vae-1',
  'x-goldpan-seed': '7',
  'x-goldpan-prior': 'mixture',
  'x-goldpan-output': 'mean',
};

test('a name that ends in .wav asks for one WAV', async () => {
  const answer = {
    statusCode: 200,
    headers: { ...headers, 'content-type': 'audio/wav' },
    body: base64(WAVS[0]),
    isBase64Encoded: true,
  };
  const { context, calls } = memoryDeployment({ answer });
  const out = join(folderOf(), 'seven.wav');
  const drawn = await drawSamples(context, 'digits', 'sample', { out, request: { n: 8, label: 'seven' }, count: 8 });
  expect(drawn).toMatchObject({ modelId: 'vae-1', seed: 7, files: [out] });
  expect(EndpointEvent.parse(calls[0]).headers).toMatchObject({ accept: 'audio/wav' });
  expect(new Uint8Array(readFileSync(out))).toEqual(WAVS[0]);
});

test('a folder gets one WAV for each clip', async () => {
  const body: ClipsAnswer = {
    ...{ modelId: 'vae-1', seed: 7, count: 2, machineGenerated: true, prior: 'mixture', output: 'mean', label: null },
    ...{ sampleRate: 8000, clips: WAVS.map(base64) },
  };
  const answer = {
    statusCode: 200,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    isBase64Encoded: false,
  };
  const out = join(folderOf(), 'sevens');
  const drawn = await drawSamples(memoryDeployment({ answer }).context, 'digits', 'sample', {
    ...{ out, request: { n: 2 }, count: 2 },
  });
  expect(drawn.files).toEqual([join(out, '0000.wav'), join(out, '0001.wav')]);
  expect(drawn.files.map((file) => new Uint8Array(readFileSync(file)))).toEqual(WAVS);
});

// Clips in files: one WAV, or a folder with one for each.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { drawSamples } from '#client/drawing/draw.ts';
import { repair } from '#client/drawing/repair.ts';
import { writeFlac } from '#core/kinds/audio/codec/write-flac.ts';
import { writeWav } from '#core/kinds/audio/codec/write-wav.ts';
import { readWav } from '#core/kinds/audio/decode/pcm/wav.ts';
import { type ClipsAnswer, EndpointEvent } from '#core/model/messages/endpoint-api.ts';
import { writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { storeModel } from '../../fixtures/stored-model.ts';
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
  expect(EndpointEvent.parse(calls[0]).headers).toMatchObject({ accept: expect.stringMatching(/^audio\/wav\b/) });
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

/** A deployment whose model draws clips; its endpoint answers with a WAV. */
async function withModelOfClips() {
  const answer = {
    statusCode: 200,
    headers: { ...headers, 'content-type': 'audio/wav' },
    body: base64(WAVS[0]),
    isBase64Encoded: true,
  };
  const opened = memoryDeployment({ answer });
  const card = await storeModel(opened.data);
  const input = { kind: 'audio', sampleRate: 8000, seconds: 0.25, width: 16, height: 64, channels: 1 } as const;
  await writeJson(opened.data, keys.modelCard(card.dataset, card.modelId), { ...card, input });
  const sent = () => JSON.parse(EndpointEvent.parse(opened.calls[0]).body ?? '') as Record<string, unknown>;
  return { ...opened, sent };
}

function fileOf(name: string, bytes: Uint8Array): string {
  const path = join(folderOf(), name);
  writeFileSync(path, bytes);
  return path;
}

test('the gap of a clip is sent in seconds, the clip as its file is', async () => {
  const { context, sent } = await withModelOfClips();
  const item = fileOf('seven.wav', WAVS[1] as Uint8Array);
  const out = join(folderOf(), 'filled.wav');
  await repair(
    context,
    'digits',
    { operation: 'inpaint', name: 'inpainted' },
    { item, gap: '0.05-0.1', label: 'seven', method: 'better', out },
  );
  expect(sent()).toMatchObject({
    ...{ item: { sound: base64(WAVS[1]), label: 'seven' }, gap: { from: 0.05, to: 0.1 }, method: 'better' },
  });
  expect(new Uint8Array(readFileSync(out))).toEqual(WAVS[0]);
});

test('a mask of a clip, a gap that ends before it begins and a broken clip are refused before anything is sent', async () => {
  const { context, calls } = await withModelOfClips();
  const item = fileOf('seven.wav', WAVS[1] as Uint8Array);
  const ask = (more: object) =>
    repair(context, 'digits', { operation: 'inpaint', name: 'inpainted' }, { item, method: 'model', ...more });
  await expect(ask({ mask: item })).rejects.toThrow('Clips have no mask');
  await expect(ask({ gap: '0.2-0.1' })).rejects.toThrow('--gap 0.2-0.1 is no range of seconds');
  await expect(ask({ item: fileOf('seven.flac', Buffer.from('fLaC')), gap: '0-1' })).rejects.toThrow('cannot be read');
  expect(calls).toEqual([]);
});

test('a compressed clip is decoded here and sent as a WAV', async () => {
  const { context, sent } = await withModelOfClips();
  const samples = Int16Array.from({ length: 800 }, (_, i) => Math.round(9000 * Math.sin(i / 5)));
  const item = fileOf('seven.flac', writeFlac(samples, 8000));
  await repair(
    context,
    'digits',
    { operation: 'reconstruct', name: 'reconstructed' },
    { item, method: 'model', out: join(folderOf(), 'again.flac') },
  );
  const { sound } = (sent() as { item: { sound: string } }).item;
  const read = readWav(new Uint8Array(Buffer.from(sound, 'base64')));
  if (!read.ok) throw new Error(read.given);
  const loudest = Math.max(
    ...read.sound.channels[0].map((value, i) => Math.abs(value - (samples[i] as number) / 32_768)),
  );
  expect(read.sound.channels[0].length).toBe(800);
  expect(loudest).toBeLessThan(1e-4);
});

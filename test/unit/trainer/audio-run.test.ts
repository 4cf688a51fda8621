// A whole run on clips in one process: snapshot in, model with card out, and clips drawn from it through the endpoint.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TRAINER_EXIT } from '#core/base/exit-codes.ts';
import { sha256 } from '#core/base/hash.ts';
import { decodeNpy, encodeNpy } from '#core/base/npy.ts';
import { normals } from '#core/base/random.ts';
import { MelCodec } from '#core/kinds/audio/codec/mel-codec.ts';
import { writeWav } from '#core/kinds/audio/codec/write-wav.ts';
import { readWav } from '#core/kinds/audio/decode/pcm/wav.ts';
import type { Split } from '#core/kinds/split.ts';
import { TrainConfig } from '#core/kinds/train-config.ts';
import { ModelCard } from '#core/model/messages/card.ts';
import { ClipsAnswer, Problem } from '#core/model/messages/endpoint-api.ts';
import { RunOutcome } from '#core/model/messages/run.ts';
import { Manifest, type TrainingJob } from '#core/snapshot/messages.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { Store } from '#core/store/store.ts';
import { openDecoderWith } from '#stages/sample/drawing/decoder.ts';
import { openEncoderWith } from '#stages/sample/drawing/encoder.ts';
import { sample } from '#stages/sample/stage.ts';
import { systemClock } from '../../../containers/trainer/run/clock.ts';
import { train } from '../../../containers/trainer/run/train.ts';
import { stopSwitch } from '../../../containers/trainer/state/stop.ts';
import { memoryLinks } from '../../fixtures/memory-links.ts';
import { promote } from '../../fixtures/stored-model.ts';
import { KNOWN_AUDIO, knownClips } from '../core/kinds/audio/known-clips.ts';
import { inProcess } from './in-process-engine.ts';
import { environment } from './playing-engine.ts';

const COUNTS: Record<Split, number> = { train: 96, validation: 24, test: 24 };
const SAMPLES = KNOWN_AUDIO.sampleRate * KNOWN_AUDIO.seconds;
/** A busy machine takes minutes to compile the network. */
const TIMEOUT_MS = 30 * 60_000;

let folder: string;
let data: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'goldpan-test-'));
  data = memoryStore();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function jobFor(settings: Partial<TrainConfig>): TrainingJob {
  const job = { runId: 'audio-run', dataset: 'sounds', snapshotId: 'snapshot-1', configId: 'config-1', attempt: 1 };
  return { ...job, train: TrainConfig.parse({ epochs: 2, batchSize: 32, latentDim: 8, ...settings }) };
}

async function sealClips({ dataset, snapshotId, configId }: TrainingJob): Promise<void> {
  const shards: Manifest['shards'] = [];
  for (const [seed, split] of (['train', 'validation', 'test'] as const).entries()) {
    const items = COUNTS[split];
    const { samples, labels } = knownClips(items, seed + 1);
    const arrays = [
      { holds: 'samples' as const, type: 'int16' as const, shape: [items, SAMPLES], values: samples },
      { holds: 'labels' as const, type: 'int32' as const, shape: [items], values: labels },
    ];
    const files = [];
    for (const { holds, type, shape, values } of arrays) {
      const bytes = encodeNpy({ shape, values });
      const file = `${split}-00000.${holds}.npy`;
      await data.put(keys.snapshot(dataset, snapshotId, file), bytes);
      files.push({ holds, file, type, shape, sha256: sha256(bytes) });
    }
    shards.push({ name: `${split}-00000`, split, items, files });
  }
  const manifest = Manifest.parse({
    ...{ schemaVersion: 2, dataset, snapshotId, configId, kind: 'audio' },
    config: {
      kind: 'audio',
      audio: KNOWN_AUDIO,
      labels: 'folder',
      license: 'CC0-1.0',
      split: { train: 0.7, validation: 0.15, test: 0.15, groupBy: null },
    },
    schema: null,
    augmentation: { split: 'train', policy: null },
    leaks: { train: 0, validation: 0 },
    items: { file: 'items.parquet', sha256: '', rows: 0 },
    labels: ['low', 'high'],
    splits: COUNTS,
    shards,
  });
  await writeJson(data, keys.manifest(dataset, snapshotId), manifest);
}

async function run(job: TrainingJob): Promise<RunOutcome> {
  await sealClips(job);
  const said: string[] = [];
  const deps = { data, clock: systemClock, owner: 'me', launch: inProcess, stop: stopSwitch(), folder, environment };
  expect(await train({ ...deps, say: (line) => said.push(line), compute: 'worker' }, job), said.join('\n')).toBe(
    TRAINER_EXIT.done,
  );
  return (await readJson(data, keys.runOutcome(job.dataset, job.runId), RunOutcome))?.value as RunOutcome;
}

async function ask(operation: string, accept: string, body: object) {
  const draw = sample({ data, links: memoryLinks, openDecoder: openDecoderWith(1), openEncoder: openEncoderWith(1) });
  return draw({
    rawPath: `/v1/datasets/sounds/${operation}`,
    requestContext: { http: { method: 'POST' } },
    headers: { accept },
    body: JSON.stringify(body),
  });
}

async function serve(dataset: string, modelId: string): Promise<void> {
  const entry = { modelId, promoted: true, reason: null, revoked: false };
  await writeJson(data, keys.registryEntry(dataset, modelId), entry);
  await promote(data, dataset, modelId);
}

const bytesOf = ({ body, isBase64Encoded }: { body: string; isBase64Encoded: boolean }) =>
  new Uint8Array(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'));

test.each(['vae', 'pca-mixture'] as const)(
  '%s: a run leaves a model with its card and a page with players, and clips of a class can be drawn',
  async (model) => {
    const job = jobFor({ model });
    const outcome = await run(job);
    expect(outcome.reason).toBeNull();
    expect(outcome).toMatchObject({ status: 'succeeded', metrics: { items: COUNTS.test } });
    const { audio } = outcome.metrics ?? {};
    const figure = (name: string) => audio?.figures.find((one) => one.name === name);
    expect(audio?.roundTripDecibels).toBeLessThan(2.5);
    expect(figure('labelAccuracy')?.real).toBe(1);
    expect(figure('labelAccuracy')?.model).toBeGreaterThan(0.9);
    expect(figure('classMean')).toBeUndefined();
    expect(figure('classVariance')?.classMean).toBeLessThan(0.1);
    expect(figure('classVariance')?.model).toBeGreaterThan(0.4);
    expect(figure('kidWav')?.pcaMixture === null).toBe(model === 'pca-mixture');

    const modelId = outcome.modelId as string;
    const card = (await readJson(data, keys.modelCard(job.dataset, modelId), ModelCard))?.value as ModelCard;
    expect(card.input).toEqual({ kind: 'audio', ...KNOWN_AUDIO, width: 16, height: 64, channels: 1 });
    expect(Object.keys(card.files)).toEqual(
      expect.arrayContaining(['codec.json', 'decoder.onnx', 'encoder.onnx', 'latents.json', 'samples.png']),
    );
    const page = (await data.get(keys.runPage(job.dataset, job.runId)))?.body;
    const html = new TextDecoder().decode(page);
    expect(html).toContain('src="data:audio/wav;base64,UklGR');
    expect(html).toContain('asked class heard, after WAV');
    // Which spectra lie behind the bands was learned, and the codec has the network if it won.
    expect(audio?.magnitudes).toMatchObject({ n: COUNTS.validation });
    expect(html).toContain(
      `It is ${audio?.magnitudes?.isUsed ? 'used' : 'not used, since it is no better'}: 24 held-out`,
    );
    const codecFile = (await data.get(keys.model(job.dataset, modelId, 'codec.json')))?.body;
    const codec = MelCodec.parse(JSON.parse(new TextDecoder().decode(codecFile)));
    expect(codec.magnitudes !== undefined).toBe(audio?.magnitudes?.isUsed);

    await serve(job.dataset, modelId);
    const answer = await ask('sample', 'audio/wav', { n: 2, seed: 5, label: 'high' });
    expect(answer.headers).toMatchObject({ 'content-type': 'audio/wav', 'x-goldpan-label': 'high' });
    const wav = bytesOf(answer);
    expect(new TextDecoder('latin1').decode(wav)).toContain(`machine-generated; digitalSourceType=trained`);
    const read = readWav(wav);
    if (!read.ok) throw new Error('the WAV cannot be read');
    expect(read.sound.sampleRate).toBe(8000);
    expect(read.sound.channels[0]).toHaveLength(2 * SAMPLES + 1600);
    expect(bytesOf(await ask('sample', 'audio/wav', { n: 2, seed: 5, label: 'high' }))).toEqual(wav);
    expect(bytesOf(await ask('sample', 'audio/wav', { n: 2, seed: 6, label: 'high' }))).not.toEqual(wav);

    const mel = decodeNpy(bytesOf(await ask('sample', 'application/x-npy', { n: 6, seed: 5, label: 'low' })));
    expect(mel.shape).toEqual([6, 64, 16]);
    const half = mel.values.length / 6 / 2;
    const loudness = [0, 0];
    for (const [at, value] of mel.values.entries()) {
      const part = Math.floor(at / half) % 2;
      loudness[part] = (loudness[part] as number) + value;
    }
    // Low sounds lie in the lower half of the picture.
    expect(loudness[1]).toBeGreaterThan(2 * (loudness[0] as number));

    const longer = readWav(bytesOf(await ask('sample', 'audio/wav', { n: 1, seed: 5, duration: 0.5 })));
    expect(longer.ok && longer.sound.channels[0].length).toBe(4000);
    const walk = { steps: 3, rows: 1, seed: 5 };
    const steps = decodeNpy(bytesOf(await ask('interpolate', 'application/x-npy', walk)));
    const ends = decodeNpy(bytesOf(await ask('sample', 'application/x-npy', { n: 2, seed: 5 })));
    const picture = half * 2;
    expect(steps.values.subarray(0, picture)).toEqual(ends.values.subarray(0, picture));
    expect(steps.values.subarray(2 * picture)).toEqual(ends.values.subarray(picture));
    const refused = await ask('sample', 'audio/wav', { n: 1, where: 'a = 1' });
    expect(refused.statusCode).toBe(400);
    await repairGiven();
    await drawBetweenGiven();
  },
  TIMEOUT_MS,
);

test(
  'gan: a run leaves a model that draws clips of a class; what needs an encoder is refused',
  async () => {
    const job = jobFor({ model: 'gan', epochs: 1 });
    const outcome = await run(job);
    expect(outcome.reason).toBeNull();
    const { audio } = outcome.metrics ?? {};
    expect(audio?.magnitudes?.n).toBe(COUNTS.validation);
    expect(audio?.figures.map(({ name }) => name)).toContain('labelAccuracy');
    const modelId = outcome.modelId as string;
    const card = (await readJson(data, keys.modelCard(job.dataset, modelId), ModelCard))?.value as ModelCard;
    expect(Object.keys(card.files)).toEqual(expect.arrayContaining(['codec.json', 'generator.onnx']));
    await serve(job.dataset, modelId);
    const read = readWav(bytesOf(await ask('sample', 'audio/wav', { n: 1, seed: 5, label: 'low', duration: 0.2 })));
    expect(read.ok && read.sound.channels[0].length).toBe(1600);
    const steps = decodeNpy(bytesOf(await ask('interpolate', 'application/x-npy', { steps: 3, rows: 1, seed: 5 })));
    expect(steps.shape).toEqual([3, 64, 16]);
    for (const operation of ['reconstruct', 'denoise'])
      expect((await ask(operation, 'audio/wav', { item: { sound: wavOf(GIVEN) } })).statusCode).toBe(422);
  },
  TIMEOUT_MS,
);

const wavOf = (pcm: Int16Array) => Buffer.from(writeWav(pcm, KNOWN_AUDIO.sampleRate)).toString('base64');
/** One clip that no model has seen, swelling in its middle. */
const GIVEN = knownClips(2, 9).samples.slice(0, SAMPLES);

/** Reads the samples of a WAV as they are stored. */
function samplesOf(wav: Uint8Array): number[] {
  const read = readWav(wav);
  if (!read.ok) throw new Error('the WAV cannot be read');
  return [...read.sound.channels[0]].map((value) => Math.round(value * 32_768));
}

const problemOf = async (operation: string, body: object) => {
  const { body: text } = await ask(operation, 'audio/wav', body);
  const { code, errors } = Problem.parse(JSON.parse(text));
  return { code, paths: errors?.map(({ path }) => path) };
};

/** Decibels by which a clip is above what differs from it. */
function snrOf(truth: Int16Array, clip: readonly number[]): number {
  const power = truth.reduce((sum, value) => sum + value ** 2, 0);
  return 10 * Math.log10(power / truth.reduce((sum, value, i) => sum + (value - (clip[i] ?? 0)) ** 2, 0));
}

async function repairGiven(): Promise<void> {
  const sound = wavOf(GIVEN);
  const seen = await ask('reconstruct', 'application/json', { item: { sound } });
  const { comparison, clips } = ClipsAnswer.parse(JSON.parse(seen.body));
  expect(comparison?.model.psnr).toBeGreaterThan(15);
  expect(samplesOf(Buffer.from(clips[0] ?? '', 'base64'))).toHaveLength(SAMPLES);

  const gap = { from: 0.07, to: 0.1 };
  const [from, to] = [gap.from * KNOWN_AUDIO.sampleRate, gap.to * KNOWN_AUDIO.sampleRate];
  const spoilt = GIVEN.map((value, i) => (i >= from && i < to ? 9_000 : value));
  const filled = await ask('inpaint', 'audio/wav', { item: { sound: wavOf(spoilt) }, gap });
  expect(filled.headers).toMatchObject({ 'x-goldpan-output': 'repaired' });
  const samples = samplesOf(bytesOf(filled));
  for (let i = 0; i < SAMPLES; i++) if (i < from || i >= to) expect(samples[i]).toBe(GIVEN[i]);
  const power = (values: ArrayLike<number>) =>
    Array.from(values)
      .slice(from, to)
      .reduce((sum, value) => sum + value ** 2, 0);
  expect(power(samples) / power(GIVEN)).toBeGreaterThan(0.2);
  expect(power(samples) / power(GIVEN)).toBeLessThan(5);

  const white = normals(1, 'noise', SAMPLES);
  const noisy = GIVEN.map((value, i) => Math.round(value + 1_500 * (white[i] as number)));
  for (const method of ['model', 'simple']) {
    const answer = await ask('denoise', 'audio/wav', { item: { sound: wavOf(noisy) }, method });
    const cleaned = samplesOf(bytesOf(answer));
    expect(snrOf(GIVEN, cleaned), method).toBeGreaterThan(snrOf(GIVEN, [...noisy]) + 3);
    expect(answer.headers['x-goldpan-comparison']).toContain('subtraction');
  }

  expect(await problemOf('inpaint', { item: { sound } })).toEqual({ code: 'request.invalid', paths: ['gap'] });
  expect((await problemOf('inpaint', { item: { sound }, gap: { from: 3, to: 4 } })).code).toBe('request.invalid');
  expect((await problemOf('denoise', { item: { seed: 3 } })).code).toBe('item.invalid');
  expect((await problemOf('denoise', { item: { sound: 'UklGRg==' } })).code).toBe('item.invalid');
  const long = Int16Array.from({ length: 2 * SAMPLES }, (_, i) => 9_000 * Math.sin(i / 3));
  expect((await problemOf('reconstruct', { item: { sound: wavOf(long) } })).code).toBe('item.wrong-size');
}

async function drawBetweenGiven(): Promise<void> {
  const sound = wavOf(GIVEN);
  const ends = { from: { sound, label: 'low' }, to: { seed: 4, label: 'high' } };
  const steps = decodeNpy(bytesOf(await ask('interpolate', 'application/x-npy', { ...ends, steps: 4 })));
  expect(steps.shape).toEqual([4, 64, 16]);
  const drawn = decodeNpy(bytesOf(await ask('sample', 'application/x-npy', { n: 1, seed: 4, label: 'high' })));
  expect(steps.values.subarray(3 * 64 * 16)).toEqual(drawn.values);
  const mixed = await ask('mix', 'audio/wav', {
    items: [
      { sound, label: 'low' },
      { seed: 4, label: 'high' },
    ],
  });
  expect(samplesOf(bytesOf(mixed))).toHaveLength(SAMPLES);
  expect((await problemOf('mix', { items: [{ sound, seed: 3 }, { seed: 4 }] })).code).toBe('item.invalid');
}

test('a family that clips have not, and clips that no model takes, are refused with what is allowed', async () => {
  const outcome = await run(jobFor({ model: 'latent-class' }));
  expect(outcome.reason?.message).toContain('The families are vae, pca-mixture, gan');
});

// From clean items to drawings, with workers of this machine; and what takes its time: a dead worker, a poison message.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawSamples } from '#client/drawing/draw.ts';
import { linkModel } from '#client/models/link-model.ts';
import { listModels, showModel } from '#client/models/models.ts';
import { promoteModel } from '#client/models/promote.ts';
import { ROOT } from '#client/target.ts';
import { fitDataset } from '#client/training/fit.ts';
import { readEpochs } from '#client/training/follow-run.ts';
import { readRun } from '#client/training/run-facts.ts';
import { sha256 } from '#core/base/hash.ts';
import { decodeNpy } from '#core/base/npy.ts';
import { ModelCard } from '#core/model/messages/card.ts';
import { Problem } from '#core/model/messages/endpoint-api.ts';
import { RunHead } from '#core/model/messages/run.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { greyPng, zipOf } from '../fixtures/pictures.ts';
import {
  context,
  deployment,
  eventually,
  ownDeadLetters,
  POLL,
  removeDeadLetter,
  STACK,
  sendToValidate,
  settled,
  uniqueDataset,
} from './deployed.ts';
import { NO_PYTHON, runFileExamples } from './file-examples.ts';
import { callUrl } from './function-url.ts';
import { runHttpExamples } from './http-examples.ts';
import { startWorker, type WorkerProcess } from './worker-process.ts';

const HIDDEN_SECONDS = 6;
const EPOCHS = 60;
/** Killed once so many are done; the rest is for the next worker. */
const EPOCHS_BEFORE_KILL = 3;
const POISON = JSON.stringify({ poison: uniqueDataset('poison') });
const TINY = { set: ['epochs=2', 'latentDim=4', 'batchSize=16'], wait: true, force: false };
const folder = mkdtempSync(join(tmpdir(), 'goldpan-local-'));
const drawn = uniqueDataset('tiny');
const killed = uniqueDataset('killed');
let killedRunId: string;
let worker: WorkerProcess;

beforeAll(async () => {
  await sendToValidate(POISON);
  await Promise.all([dropPictures(drawn, 120), dropPictures(killed, 90)]);
  // Its lease and the poison's retries run out while the other tests work; the last ones look at what became of them.
  killedRunId = await startAndKill();
  worker = startWorker(HIDDEN_SECONDS);
  await fitDataset(context, drawn, TINY);
});

afterAll(async () => {
  await worker?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('a model whose draws are nearly identical serves only after a person has promoted it', async () => {
  const again = await fitDataset(context, drawn, TINY);
  expect(again).toMatchObject({ status: 'succeeded', promoted: false, attempt: 1 });
  expect(again.warnings).toContainEqual(expect.stringMatching(/^\[collapsed\] The draws are nearly identical/));
  expect(again.epochs).toHaveLength(2);
  expect(again.metrics?.figures.negativeElbo).toBeGreaterThan(again.metrics?.figures.floor ?? Number.NaN);
  const modelId = again.modelId ?? '';
  expect((await listModels(context, drawn)).current).toBeNull();
  const refused = await promoteModel(context, drawn, modelId, { force: false });
  expect(refused).toMatchObject({ promoted: false, reason: expect.stringContaining('[collapsed]'), current: null });
  await promoteModel(context, drawn, modelId, { force: true });
  const { models, current } = await listModels(context, drawn);
  expect(models).toMatchObject([{ modelId, current: true }]);
  expect(current).toBe(modelId);
});

test('the same seed draws the same bytes, another seed others, in each of the types', async () => {
  for (const ending of ['png', 'npy', 'json', 'zip']) {
    const [a, b, c] = await Promise.all([drawTo(`a.${ending}`, 7), drawTo(`b.${ending}`, 7), drawTo(`c.${ending}`, 8)]);
    expect(b, ending).toEqual(a);
    expect(c, ending).not.toEqual(a);
  }
  expect(decodeNpy(await drawTo('d.npy', 1)).shape).toEqual([4, 12, 12, 1]);
  const request = { rows: 2, steps: 3, seed: 1 };
  const way = await drawSamples(context, drawn, 'interpolate', { out: join(folder, 'way'), request, count: 6 });
  expect(way.files).toHaveLength(6);
});

test('links lead to the files of the model without credentials', async () => {
  const { modelId, files } = await linkModel(context, drawn, undefined);
  const [card, decoder] = await Promise.all(['card.json', 'decoder.onnx'].map((file) => fetch(files[file] as string)));
  expect(ModelCard.parse(await card?.json()).modelId).toBe(modelId);
  expect(sha256(new Uint8Array((await decoder?.arrayBuffer()) ?? new ArrayBuffer()))).toBe(
    (await showModel(context, drawn, modelId)).card.files['decoder.onnx'],
  );
  await expect(linkModel(context, drawn, 'no-such-model')).rejects.toThrow(/no model no-such-model/);
  await expect(linkModel(context, uniqueDataset('unknown'), undefined)).rejects.toThrow(/unknown/);
});

test('a request that cannot be met is told by its code', async () => {
  const refused = (dataset: string, n: unknown) =>
    drawSamples(context, dataset, 'sample', { out: join(folder, 'x.png'), request: { n }, count: 0 });
  await expect(refused(uniqueDataset('unknown'), 4)).rejects.toThrow(/^dataset\.unknown: /);
  for (const n of [0, 1e9, 'four', -1, 1.5])
    await expect(refused(drawn, n)).rejects.toThrow(/^request\.invalid: .*\n {2}n: /s);
  await expect(
    drawSamples(context, drawn, 'sample', {
      out: join(folder, 'x.png'),
      request: { model: 'no-such-model' },
      count: 0,
    }),
  ).rejects.toThrow(/^model\.unknown: /);
});

test('the function URL draws for who signs and knows nobody else where it checks', async () => {
  const path = `/v1/datasets/${drawn}/sample`;
  const signed = await callUrl(path, { n: 4, seed: 7 }, { sign: true });
  expect(signed.status).toBe(200);
  expect(signed.body).toEqual(await drawTo('url.png', 7));
  const wrong = await callUrl(path, { n: 0 }, { sign: true });
  expect(wrong.status).toBe(400);
  expect(Problem.parse(JSON.parse(wrong.body.toString('utf8'))).code).toBe('request.invalid');
  expect([200, 403]).toContain((await callUrl(path, { n: 4 }, { sign: false })).status);
});

test('the examples of the HTTP API draw the same bytes with curl and with Python', async () => {
  const { curl, python } = await runHttpExamples(drawn, folder);
  const wanted = await drawTo('example.png', 7);
  expect(curl).toEqual(wanted);
  expect(python).toEqual(wanted);
});

test('the examples of docs/files.md open what is stored with Python', async (context) => {
  context.skip(NO_PYTHON !== undefined, NO_PYTHON);
  const examples = await runFileExamples(drawn, folder);
  expect(examples.length).toBeGreaterThanOrEqual(8);
  // Assignments show nothing; whatever prints has to print something of the dataset.
  for (const { code, printed } of examples) expect(printed.trim() !== '', code).toBe(code.includes('print('));
  expect(examples.map(({ printed }) => printed).join('')).toContain('upload.type-not-allowed');
});

test('the job for CI systems passes or fails by a figure of the model, and leaves its samples', async () => {
  const goldpan = `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, 'cli', 'bin.mjs')}" --stack "${STACK}" "$@"\n`;
  writeFileSync(join(folder, 'goldpan'), goldpan, { mode: 0o755 });
  // The very archive that was dropped, so that the same snapshot and run are found.
  const archive = join(folder, 'pictures.zip');
  writeFileSync(archive, (await deployment.drop.get(`${drawn}/pictures.zip`))?.body ?? '');
  const out = join(folder, 'ci.png');
  const job = (limit: string) => {
    const given = [archive, drawn, 'negativeElbo', limit, out, ...TINY.set.flatMap((one) => ['--set', one])];
    return runScript(join(ROOT, 'examples', 'ci', 'train-and-check.sh'), given, {
      ...process.env,
      PATH: `${folder}:${process.env.PATH}`,
    });
  };
  const good = await job('1e9');
  expect(good.code, good.stderr).toBe(0);
  expect(JSON.parse(good.stdout)).toMatchObject({ accepted: expect.any(Number), good: true, samples: out });
  expect(readFileSync(out).subarray(1, 4).toString()).toBe('PNG');
  const bad = await job('0');
  expect([bad.code, JSON.parse(bad.stdout).good]).toEqual([1, false]);
});

test('too little data says how much is missing', async () => {
  const dataset = uniqueDataset('few');
  await dropPictures(dataset, 5);
  const answer = await fitDataset(context, dataset, TINY);
  expect(answer).toMatchObject({ status: 'refused', runId: null });
  expect(answer.gate?.missing).toMatchObject([{ what: 'items', have: 5, need: 32 }]);
  expect(answer.reason).toContain('27 more');
});

test('a run whose worker was killed is finished by the next, each epoch once', async () => {
  const state = () => readRun(deployment.data, killed, killedRunId);
  await expect.poll(async () => (await state())?.outcome?.status, POLL).toBe('succeeded');
  const outcome = (await state())?.outcome;
  expect(outcome).toMatchObject({ resumed: 1, attempt: 1 });
  const expected = Array.from({ length: EPOCHS }, (_, i) => i + 1);
  expect(outcome?.epochs.map(({ epoch }) => epoch)).toEqual(expected);
  expect((await readEpochs(deployment.data, killed, killedRunId)).map(({ epoch }) => epoch)).toEqual(expected);
});

test('a message that cannot be worked on ends in the dead-letter queue, alone', async () => {
  await expect.poll(ownDeadLetters, { ...POLL, interval: 2_000 }).toEqual([POISON]);
  // For a moment it is hidden by the look before.
  await expect.poll(() => deployment.queues.redrive('validate'), POLL).toBeGreaterThan(0);
  await expect.poll(ownDeadLetters).toEqual([]);
  await expect.poll(ownDeadLetters, { ...POLL, interval: 2_000 }).toEqual([POISON]);
  await expect.poll(() => deployment.queues.deadLetters('validate'), POLL).toContain(POISON);
  await removeDeadLetter(POISON);
});

async function dropPictures(dataset: string, count: number): Promise<void> {
  const files: Record<string, Uint8Array> = {};
  for (let i = 0; i < count; i++) files[`${i % 2}/${i}.png`] = await greyPng(12, 12, i + 1);
  files['0/broken.png'] = Buffer.from('no picture');
  await deployment.drop.put(`${dataset}/pictures.zip`, await zipOf(files));
  await settled(dataset, 1);
}

async function startAndKill(): Promise<string> {
  const doomed = startWorker(HIDDEN_SECONDS);
  try {
    const set = [`epochs=${EPOCHS}`, 'latentDim=4', 'batchSize=16', 'patience=1000'];
    const { runId } = await fitDataset(context, killed, { set, wait: false, force: false });
    const head = async () => (await readJson(deployment.data, keys.runHead(killed, runId ?? ''), RunHead))?.value;
    const place = await eventually(head, (seen) => (seen?.epoch ?? 0) >= EPOCHS_BEFORE_KILL, 100);
    expect(place).toMatchObject({ status: 'running', epochs: EPOCHS });
    expect(place?.epoch).toBeLessThan(EPOCHS / 2);
    return runId ?? '';
  } finally {
    await doomed.kill();
  }
}

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

function runScript(script: string, given: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(script, [...given], { env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

async function drawTo(name: string, seed: number): Promise<Buffer> {
  const out = join(folder, name);
  await drawSamples(context, drawn, 'sample', { out, request: { n: 4, seed }, count: 4 });
  return readFileSync(out);
}

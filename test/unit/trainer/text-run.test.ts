// A whole run on texts in one process: snapshot in, model with card out, and texts drawn from it through the endpoint.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TRAINER_EXIT } from '#core/base/exit-codes.ts';
import { sha256 } from '#core/base/hash.ts';
import { uniforms } from '#core/base/random.ts';
import type { Split } from '#core/kinds/split.ts';
import { TextCodec } from '#core/kinds/text/codec/text-codec.ts';
import { TrainConfig } from '#core/kinds/train-config.ts';
import { ModelCard } from '#core/model/messages/card.ts';
import { RunOutcome } from '#core/model/messages/run.ts';
import type { TextsAnswer } from '#core/model/text/texts-answer.ts';
import type { TrainingJob } from '#core/snapshot/messages.ts';
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
import { sealTexts } from '../../fixtures/sealed-texts.ts';
import { promote } from '../../fixtures/stored-model.ts';
import { inProcess } from './in-process-engine.ts';
import { knownTexts, LABELS, LAW } from './models/text/known-texts.ts';
import { environment } from './playing-engine.ts';

const COUNTS: Record<Split, number> = { train: 640, validation: 80, test: 80 };
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
  const job = { runId: 'text-run', dataset: 'words', snapshotId: 'snapshot-1', configId: 'config-1', attempt: 1 };
  const small = { epochs: 12, batchSize: 64, latentDim: 4, learningRate: 4e-3 };
  return { ...job, train: TrainConfig.parse({ ...small, ...settings }) };
}

async function seal(job: TrainingJob, longer = ''): Promise<void> {
  const own = (split: Split, seed: number) =>
    knownTexts(COUNTS[split], seed).map(({ text, label }, place) => {
      return { text: place === 0 ? text + longer : text, label };
    });
  await sealTexts(
    data,
    job,
    { train: own('train', 1), validation: own('validation', 2), test: own('test', 3) },
    LABELS,
  );
}

async function run(job: TrainingJob): Promise<RunOutcome> {
  const said: string[] = [];
  const deps = { data, clock: systemClock, owner: 'me', launch: inProcess, stop: stopSwitch(), folder, environment };
  expect(await train({ ...deps, say: (line) => said.push(line), compute: 'worker' }, job), said.join('\n')).toBe(
    TRAINER_EXIT.done,
  );
  return (await readJson(data, keys.runOutcome(job.dataset, job.runId), RunOutcome))?.value as RunOutcome;
}

/** The endpoint with the model as the one that serves. */
async function served(modelId: string) {
  const entry = { modelId, promoted: true, reason: null, revoked: false };
  await writeJson(data, keys.registryEntry('words', modelId), entry);
  await promote(data, 'words', modelId);
  return sample({ data, links: memoryLinks, openDecoder: openDecoderWith(1), openEncoder: openEncoderWith(1) });
}

test(
  'a run leaves a model with its card and a page with texts, and the endpoint draws texts that follow the law of the dataset',
  async () => {
    const job = jobFor({});
    await seal(job);
    const outcome = await run(job);
    expect(outcome.reason).toBeNull();
    expect(outcome).toMatchObject({ status: 'succeeded', metrics: { items: COUNTS.test } });
    const text = outcome.metrics?.text;
    expect(text?.latent.activeUnits).toBeGreaterThan(0);
    expect(text?.figures.map(({ name }) => name)).toEqual(expect.arrayContaining(['bits', 'plausible', 'askedClass']));

    const modelId = outcome.modelId as string;
    const card = (await readJson(data, keys.modelCard('words', modelId), ModelCard))?.value;
    expect(card).toMatchObject({
      family: 'vae',
      input: { kind: 'text', unit: 'character', symbols: 11, maxLength: 4 },
      latent: { prior: 'mixture', mixture: { byLabel: true } },
    });
    for (const [file, hash] of Object.entries(card?.files ?? {}))
      expect(sha256((await data.get(keys.model('words', modelId, file)))?.body ?? new Uint8Array()), file).toBe(hash);
    const page = new TextDecoder().decode((await data.get(keys.runPage('words', job.runId)))?.body);
    expect(page).toContain('class="texts"');
    expect(page).toContain('Kneser-Ney');

    const endpoint = await served(modelId);
    const ask = async (request: object, accept = 'text/plain', operation = 'sample') => {
      const answer = await endpoint({
        ...{ rawPath: `/v1/datasets/words/${operation}`, requestContext: { http: { method: 'POST' } } },
        headers: { accept },
        body: JSON.stringify(operation === 'sample' ? { n: 200, seed: 3, ...request } : request),
      });
      return answer;
    };
    const linesOf = async (request: object) => (await ask(request)).body.trimEnd().split('\n');

    const lines = await linesOf({});
    expect(lines).toHaveLength(200);
    const lawful = lines.filter((line) => LAW.test(line)).length / lines.length;
    expect(lawful).toBeGreaterThan(0.7);
    expect(await linesOf({ n: 30 })).toEqual(lines.slice(0, 30));
    expect(await linesOf({ n: 50, first: 100 })).toEqual(lines.slice(100, 150));
    expect(await linesOf({ seed: 4 })).not.toEqual(lines);

    const soft = await linesOf({ label: 'soft' });
    const ofClass = soft.filter((line) => /^[mn]/.test(line)).length / soft.length;
    expect(ofClass).toBeGreaterThan(0.6);
    expect((await linesOf({ prefix: 'mi' })).every((line) => line.startsWith('mi'))).toBe(true);
    expect((await linesOf({ maxLength: 2, minLength: 2 })).every((line) => line.length === 2)).toBe(true);
    expect((await linesOf({ characters: 'bal' })).every((line) => /^[bal]+$/.test(line))).toBe(true);
    const typical = (await linesOf({ temperature: 0.3 })).filter((line) => LAW.test(line)).length / 200;
    expect(typical).toBeGreaterThanOrEqual(lawful);

    const json = JSON.parse((await ask({ n: 2 }, 'application/json')).body) as TextsAnswer;
    expect(json).toMatchObject({ modelId, count: 2, machineGenerated: true, texts: lines.slice(0, 2) });
    expect((await ask({ n: 2 }, 'text/csv')).body).toBe(`text\n"${lines[0]}"\n"${lines[1]}"\n`);
    const between = async (operation: string, request: object) =>
      (await ask(request, 'text/plain', operation)).body.trimEnd().split('\n');
    const [from, to] = [
      { text: 'bala', label: 'hard' },
      { text: 'noto', label: 'soft' },
    ] as const;
    const strip = await between('interpolate', { from, to, steps: 5 });
    expect(strip).toHaveLength(5);
    expect(strip.every((line) => line.length > 0)).toBe(true);
    // An end is what the model makes of a text: of the class it was given.
    expect(strip[0]).toMatch(/^[bd]/);
    expect(strip[4]).toMatch(/^[mn]/);
    expect(await between('interpolate', { from, to, steps: 5 })).toEqual(strip);
    expect(
      await between('mix', {
        items: [
          { ...from, weight: 1 },
          { ...to, weight: 0 },
        ],
      }),
    ).toEqual([strip[0]]);
    expect(await between('interpolate', { rows: 2, steps: 3, seed: 1 })).toHaveLength(6);
    expect(await between('reconstruct', { item: from })).toEqual([strip[0]]);

    // The vowel behind the gap tells the one within; the ends of what is continued are lawful.
    const filled = async (request: object) => {
      const answer = await ask({ seed: 1, ...request }, 'application/json', 'inpaint');
      return JSON.parse(answer.body) as TextsAnswer;
    };
    const unknown = await filled({ item: { text: 'b?li' }, gap: { from: 1, to: 2 } });
    expect(unknown).toMatchObject({ code: 'text.unknown-character' });
    const vowels = await filled({ item: { text: 'bali', label: 'hard' }, gap: { from: 1, to: 2 }, maxLength: 1, n: 3 });
    expect(vowels).toMatchObject({ output: 'repaired', machineGenerated: true, modelId });
    expect(vowels.texts[0]).toBe('bili');
    expect([...new Set(vowels.texts)].sort()).toEqual(['bali', 'bili', 'boli']);
    expect(vowels.nats).toEqual(vowels.nats?.toSorted((a, b) => a - b));
    const continued = await filled({ item: { text: 'mo' }, gap: { from: 2 }, n: 4 });
    expect(continued.texts.every((text) => /^mo./.test(text))).toBe(true);
    expect(continued.texts[0]).toMatch(LAW);
    expect((await filled({ item: { text: 'mo' }, gap: { from: 2 }, n: 4 })).texts).toEqual(continued.texts);
    for (const [request, code] of [
      [{ gap: { from: 9 } }, 'text.impossible-length'],
      [{ gap: { from: 1, to: 2 }, minLength: 3 }, 'text.impossible-length'],
      [{ gap: { from: 0.5 } }, 'request.invalid'],
      [{}, 'request.invalid'],
      [{ gap: { from: 1 }, method: 'simple' }, 'operation.unavailable'],
    ] as const)
      expect(await filled({ item: { text: 'bala' }, ...request }), code).toMatchObject({ code });
    const unread = await ask({ items: [{ text: 'bala' }, { text: 'xyz' }] }, 'text/plain', 'mix');
    expect(JSON.parse(unread.body)).toMatchObject({ code: 'text.unknown-character' });
    const turned = await ask({ items: [{ text: 'bala', as: 'loud' }] }, 'text/plain', 'mix');
    expect(JSON.parse(turned.body)).toMatchObject({ code: 'label.unavailable' });

    for (const [request, code] of [
      [{ prefix: 'mix' }, 'text.unknown-character'],
      [{ minLength: 9 }, 'text.impossible-length'],
      [{ where: 'a=1' }, 'operation.unavailable'],
      [{ sources: ['a'] }, 'operation.unavailable'],
      [{ label: 'loud' }, 'label.unknown'],
    ] as const)
      expect(JSON.parse((await ask(request)).body), code).toMatchObject({ code });
  },
  TIMEOUT_MS,
);

test(
  'long texts have merged symbols and a convolutional network, and the endpoint draws, continues and fills them',
  async () => {
    const words = knownTexts(4 * 640, 1).map(({ text }) => text);
    // Up to so many merged symbols, a network would be recurrent.
    const texts = Array.from({ length: 640 / 8 }, (_, at) => ({ text: words.slice(30 * at, 30 * at + 66).join(' ') }));
    const mostRecurrent = 65;
    const job = jobFor({ epochs: 2, batchSize: 16 });
    await sealTexts(data, job, {
      train: texts.slice(0, 40),
      validation: texts.slice(40, 60),
      test: texts.slice(60),
    });
    const outcome = await run(job);
    expect(outcome).toMatchObject({ status: 'succeeded', reason: null });
    const modelId = outcome.modelId as string;
    const codec = (await data.get(keys.model('words', modelId, 'codec.json')))?.body;
    const { merges, positions } = TextCodec.parse(JSON.parse(new TextDecoder().decode(codec)));
    expect(merges?.length).toBeGreaterThan(0);
    expect(positions).toBeGreaterThan(mostRecurrent);
    const endpoint = await served(modelId);
    const ask = async (operation: string, request: object) => {
      const { body } = await endpoint({
        ...{ rawPath: `/v1/datasets/words/${operation}`, requestContext: { http: { method: 'POST' } } },
        ...{ headers: { accept: 'application/json' }, body: JSON.stringify({ seed: 1, ...request }) },
      });
      return JSON.parse(body) as TextsAnswer;
    };
    const drawn = await ask('sample', { n: 3, prefix: 'bala ', maxLength: 30 });
    expect(drawn.texts.every((text) => /^bala [a-z ]{0,25}$/.test(text))).toBe(true);
    const given = { text: 'bala noto miri' };
    const { texts: filled } = await ask('inpaint', { item: given, gap: { from: 5, to: 9 }, n: 2 });
    expect(filled.every((text) => /^bala [a-z ]{1,16} miri$/.test(text))).toBe(true);
    expect((await ask('reconstruct', { item: given, seed: undefined })).texts).toHaveLength(1);
  },
  TIMEOUT_MS,
);

test('a GAN of texts is refused with the reason and what to use', async () => {
  await seal(jobFor({}));
  expect(await run(jobFor({ model: 'gan' }))).toMatchObject({
    status: 'failed',
    reason: { name: 'UnknownModelError', message: expect.stringMatching(/no gradient.*Set train\.model to vae/) },
  });
});

test('a text beyond what models take ends the run with what to set', async () => {
  // More signs than a model has symbols, so that each is three bytes, and hardly one of them occurs twice. Documents beyond 1,024 characters are cut.
  const letters = Array.from(uniforms(1, 'letters', 1_000), (draw) =>
    String.fromCodePoint(0x4e00 + Math.floor(draw * 20_000)),
  );
  await seal(jobFor({}), letters.join(''));
  expect(await run(jobFor({}))).toMatchObject({
    status: 'failed',
    reason: { message: expect.stringContaining('Set text.maxLength in dataset.yaml to 1024 or less') },
  });
});

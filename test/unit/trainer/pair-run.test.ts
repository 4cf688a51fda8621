// A whole run on pairs in one process: snapshot in, model with card out, and sources answered by it through the endpoint.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TRAINER_EXIT } from '#core/base/exit-codes.ts';
import { TrainConfig } from '#core/kinds/train-config.ts';
import { ModelCard } from '#core/model/messages/card.ts';
import { RunOutcome } from '#core/model/messages/run.ts';
import type { TextsAnswer } from '#core/model/text/texts-answer.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
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
import { environment } from './playing-engine.ts';

/** A busy machine takes minutes to compile the network. */
const TIMEOUT_MS = 30 * 60_000;
const [DATASET, RUN] = ['pairs', 'pair-run'];
const ANSWERS = { a: 'xa', b: 'y', c: 'zc' } as const;
const SOURCES = ['a', 'b', 'c', 'aa', 'ab', 'ba', 'bb', 'ac', 'ca', 'cb', 'bc', 'cc'];
const pairOf = (source: string) => ({
  ...{ source, text: [...source].map((letter) => ANSWERS[letter as 'a']).join('') },
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'goldpan-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test(
  'a run on pairs leaves a model that answers sources, with its figures beside copies',
  async () => {
    const data = memoryStore();
    const job = {
      ...{ runId: RUN, dataset: DATASET, snapshotId: 'snapshot-1', configId: 'config-1', attempt: 1 },
      train: TrainConfig.parse({ epochs: 14, batchSize: 16, latentDim: 2, learningRate: 8e-3 }),
    };
    const all = SOURCES.map(pairOf);
    await sealTexts(data, job, {
      train: Array.from({ length: 8 }, () => all).flat(),
      validation: all.slice(0, 6),
      test: all.slice(3, 9),
    });
    const deps = { data, clock: systemClock, owner: 'me', launch: inProcess, stop: stopSwitch(), folder, environment };
    const said: string[] = [];
    const ended = await train({ ...deps, say: (line) => said.push(line), compute: 'worker' }, job);
    expect(ended, said.join('\n')).toBe(TRAINER_EXIT.done);
    const outcome = (await readJson(data, keys.runOutcome(DATASET, RUN), RunOutcome))?.value;
    expect(outcome?.reason).toBeNull();
    const { pairs } = outcome?.metrics ?? {};
    expect(pairs?.figures.map(({ name }) => name)).toEqual(['bits', 'exact', 'tokenErrors', 'chrf']);
    // Each held-out source is a training source here.
    expect(pairs?.figures.find(({ name }) => name === 'exact')?.nearest).toBe(1);
    const modelId = outcome?.modelId as string;
    const card = (await readJson(data, keys.modelCard(DATASET, modelId), ModelCard))?.value;
    expect(card?.input).toEqual({
      ...{ kind: 'text', unit: 'character', symbols: 5, maxLength: 4 },
      source: { unit: 'character', symbols: 3, maxLength: 2 },
    });
    expect(Object.keys(card?.files ?? {})).toEqual(
      expect.arrayContaining(['codec.json', 'source.json', 'reader.onnx', 'decoder.onnx']),
    );
    const page = new TextDecoder().decode((await data.get(keys.runPage(DATASET, RUN)))?.body);
    expect(page).toContain('text of the nearest training source');

    const registered = { modelId, promoted: true, reason: null, revoked: false };
    await writeJson(data, keys.registryEntry(DATASET, modelId), { schemaVersion: 1, ...registered });
    await promote(data, DATASET, modelId);
    const endpoint = sample({
      data,
      openDecoder: openDecoderWith(1),
      openEncoder: openEncoderWith(1),
      links: memoryLinks,
    });
    const ask = (request: object, accept = 'text/plain', operation = 'sample') =>
      endpoint({
        ...{ rawPath: `/v1/datasets/${DATASET}/${operation}`, requestContext: { http: { method: 'POST' } } },
        ...{ headers: { accept }, body: JSON.stringify(request) },
      });
    const linesOf = async (request: object) => (await ask(request)).body.trimEnd().split('\n');

    const answers = await linesOf({ sources: SOURCES });
    expect(answers).toHaveLength(SOURCES.length);
    const right = answers.filter((answer, at) => answer === pairOf(SOURCES[at] as string).text).length;
    expect(right / SOURCES.length).toBeGreaterThan(0.7);
    expect(await linesOf({ where: "source = 'ab'" })).toEqual([answers[4]]);
    expect(await linesOf({ where: 'source=ab' })).toEqual([answers[4]]);
    expect(await linesOf({ sources: ['ab'], n: 3, beam: 6 })).toHaveLength(3);
    const drawn = await linesOf({ sources: SOURCES, bestOf: 5, seed: 3 });
    expect(await linesOf({ sources: SOURCES.slice(6), bestOf: 5, seed: 3, first: 6 })).toEqual(drawn.slice(6));
    expect((await ask({ sources: ['a', 'b'] }, 'application/x-ndjson')).body).toBe(
      `${JSON.stringify({ source: 'a', text: answers[0] })}\n${JSON.stringify({ source: 'b', text: answers[1] })}\n`,
    );
    expect((await ask({ sources: ['a'] }, 'text/csv')).body).toBe(`source,text\n"a","${answers[0]}"\n`);
    const json = JSON.parse((await ask({ sources: ['a'] }, 'application/json')).body) as TextsAnswer;
    expect(json).toMatchObject({ texts: [answers[0]], sources: ['a'], output: 'mean' });
    for (const [request, code, operation] of [
      [{}, 'text.no-source'],
      [{ where: 'other = 1' }, 'text.no-source'],
      [{ sources: ['q'] }, 'text.unknown-character'],
      [{ sources: ['abc'] }, 'text.impossible-length'],
      [{ sources: ['a'], label: 'x' }, 'operation.unavailable'],
      [{ sources: ['a'], n: 65 }, 'request.too-large'],
      [{ items: [{ text: 'xa' }, { text: 'y' }] }, 'operation.unavailable', 'mix'],
    ] as const)
      expect(JSON.parse((await ask(request, 'text/plain', operation)).body), JSON.stringify(request)).toMatchObject({
        code,
      });
  },
  TIMEOUT_MS,
);

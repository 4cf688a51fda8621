// The ten examples of docs/client.md, one after the other, with the stages of this project on buckets in memory.
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import * as library from 'goldpan';
import { afterEach, expect, test, vi } from 'vitest';
import { TrainConfig } from '#core/kinds/train-config.ts';
import { executionNameOf } from '#core/model/run-id.ts';
import { AssembleRequest, type Sealed } from '#core/snapshot/messages.ts';
import { qualityOf } from '#core/snapshot/quality/quality.ts';
import { writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { greyPng } from '../../fixtures/pictures.ts';
import { storeModel } from '../../fixtures/stored-model.ts';
import { evidenceOf, factsOf } from '../core/pages/quality/evidence.ts';
import { folderOf } from './folder.ts';
import { type MemoryDeployment, memoryDeployment } from './memory-deployment.ts';
import { DATASET, RUN_ID, writeEpochs, writeHead, writeOutcome } from './run-records.ts';

const SNAPSHOT = '0123456789abcdef';
const DRAWN = Buffer.from('a picture');
const PAGE = resolve(import.meta.dirname, '../../../docs/client.md');
const EXAMPLES = [...readFileSync(PAGE, 'utf8').matchAll(/^## (\d+\. .*)\n[\s\S]*?^```ts\n([\s\S]*?)^```$/gm)];
const home = process.cwd();

afterEach(() => process.chdir(home));

test('the ten examples of docs/client.md do what they say', async () => {
  const answer = {
    'x-goldpan-model': 'model-1',
    'x-goldpan-seed': '7',
    'x-goldpan-prior': 'mixture',
    'x-goldpan-output': 'mean',
  };
  const deployment = memoryDeployment({
    answer: { statusCode: 200, headers: answer, body: DRAWN.toString('base64'), isBase64Encoded: true },
  });
  seals(deployment);
  trains(deployment);
  const folder = await digits();
  process.chdir(dirname(folder));
  const printed = new Map<string, string>();
  for (const [, title = '', code = ''] of EXAMPLES) printed.set(title.slice(0, 2), await run(deployment, code));

  expect([...printed.keys()]).toEqual(['1.', '2.', '3.', '4.', '5.', '6.', '7.', '8.', '9.', '10']);
  expect(printed.get('1.')).toBe(`6 accepted, 1 rejected {"image.truncated":1}`);
  expect(printed.get('2.')).toContain('clean: 7 of 7');
  expect(printed.get('3.')).toBe('6 no run yet');
  expect(printed.get('4.')).toBe('0/cut.png image.truncated');
  expect(printed.get('5.')).toBe('rules.image.blurry.action: flag -> reject\n1 uploads are cleaned again');
  expect(printed.get('6.')).toMatch(/"accuracy".*quality\.html$/);
  expect(readFileSync('quality.html', 'utf8')).toBe('a page');
  expect(printed.get('7.')).toMatch(/^model-1 true .*101\.5/);
  expect(AssembleRequest.parse(deployment.assemble.started.at(-1)?.input).train).toEqual({
    ...{ budgetMinutes: 10, epochs: 20, preset: 'plain' },
  });
  expect(printed.get('8.')).toBe('1 ["model-1 serves"]');
  expect(printed.get('9.')).toBe('model-1 7 ["threes.png"]');
  expect(readFileSync('threes.png')).toEqual(DRAWN);
  expect(printed.get('10')).toBe('There is no dataset digitz in drop. Did you mean digits?');
});

test('a request that no deployment answers ends with what to do', async () => {
  const { context } = memoryDeployment();
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  const deployment = {
    ...context.deployment,
    data: { ...context.deployment.data, get: () => Promise.reject(refused) },
  };
  const goldpan = new library.Goldpan({ ...context, deployment }, 'http://127.0.0.1:9');
  await expect(goldpan.config('birds')).rejects.toMatchObject({
    ...{ name: 'ClientFailure', message: 'Nothing answers at http://127.0.0.1:9 (ECONNREFUSED).' },
    next: expect.stringContaining('goldpan local up'),
  });
});

/** Runs an example as a module that a person wrote, and returns what it printed. */
async function run({ context }: MemoryDeployment, code: string): Promise<string> {
  const connect = vi.spyOn(library.Goldpan, 'connect').mockImplementation(async ({ onEvent, person } = {}) => {
    return new library.Goldpan({ ...context, notify: onEvent ?? context.notify, person: person ?? context.person });
  });
  const [line = '', ...rest] = code.split('\n');
  expect(line).toMatch(/^import \{ [\w, ]+ \} from 'goldpan';$/);
  const lines: string[] = [];
  const log = (...values: unknown[]) =>
    lines.push(values.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(' '));
  const script = stripTypeScriptTypes(`(async () => {${rest.join('\n')}})`);
  // biome-ignore lint/complexity/noBannedTypes: an example is text.
  const make = new Function('Goldpan', 'ClientFailure', 'console', `return ${script}`) as Function;
  await make(library.Goldpan, library.ClientFailure, { log })().finally(() => connect.mockRestore());
  return lines.join('\n');
}

async function digits(): Promise<string> {
  const files: Record<string, Uint8Array> = {};
  for (let i = 0; i < 6; i++) files[`${i % 2}/${i}.png`] = await greyPng(28, 28, i + 1);
  files['0/cut.png'] = (await greyPng(28, 28, 9)).subarray(0, 120);
  const folder = folderOf(files, DATASET);
  expect(basename(folder)).toBe(DATASET);
  return join(dirname(folder), DATASET);
}

/** A snapshot with its quality page; a training where `fit` asks for one. */
function seals(deployment: MemoryDeployment): void {
  deployment.assemble.run = async (input) => {
    const { trigger, attempt, train } = AssembleRequest.parse(input);
    const facts = factsOf({ total: evidenceOf({}), splits: { train: 300, validation: 50, test: 50 } });
    const counts = {
      ...{ uploads: facts.uploadCounts, items: facts.total.items, byIssue: {}, byLabel: {}, conflictingLabels: 0 },
      ...{ nearDuplicates: 0, outliers: 0, leaks: { train: 0, validation: 0 } },
    };
    await writeJson(deployment.data, keys.quality(DATASET, SNAPSHOT), qualityOf(facts, { counts, examples: [] }));
    await deployment.data.put(keys.qualityPage(DATASET, SNAPSHOT), 'a page');
    await deployment.data.put(keys.manifest(DATASET, SNAPSHOT), '{}');
    const names = { runId: RUN_ID, dataset: DATASET, snapshotId: SNAPSHOT, configId: 'config', attempt };
    const job = trigger === 'report' ? null : { ...names, train: TrainConfig.parse(train) };
    if (job) deployment.train.started.push({ name: executionNameOf(job), input: job });
    const gate = { outcome: job ? ('passed' as const) : ('not-asked' as const), missing: [], forcedBy: null };
    const executionName = job && executionNameOf(job);
    const output: Sealed = { dataset: DATASET, snapshotId: SNAPSHOT, gate, job, executionName };
    return { status: 'SUCCEEDED', output, cause: undefined };
  };
}

function trains({ train, data }: MemoryDeployment): void {
  train.run = async () => {
    await writeHead(data, { attempt: 1, epoch: 2, step: 20 });
    await writeEpochs(data, 2);
    await writeOutcome(data, { attempt: 1, status: 'succeeded' });
    await storeModel(data, { dataset: DATASET, modelId: 'model-1', current: true });
    const output = { dataset: DATASET, runId: RUN_ID, status: 'promoted', modelId: 'model-1', reason: null };
    return { status: 'SUCCEEDED', output, cause: undefined };
  };
}

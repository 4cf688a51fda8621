// A whole run on a table in one process: snapshot in, model with card out, and rows drawn from it through the endpoint.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TRAINER_EXIT } from '#core/base/exit-codes.ts';
import { sha256 } from '#core/base/hash.ts';
import { encodeColumns, type PartRow } from '#core/base/parquet-columns.ts';
import type { Split } from '#core/kinds/split.ts';
import { TABLE_KIND } from '#core/kinds/table/definition.ts';
import { TrainConfig } from '#core/kinds/train-config.ts';
import { ModelCard } from '#core/model/messages/card.ts';
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
import { inProcess } from './in-process-engine.ts';
import { cellsOf } from './models/table/known-table.ts';
import { environment } from './playing-engine.ts';

const COUNTS: Record<Split, number> = { train: 320, validation: 60, test: 60 };
/** A busy machine takes minutes to compile the network. */
const TIMEOUT_MS = 30 * 60_000;
const SCHEMA = {
  version: 1,
  columns: [
    { name: 'shape', in: 'shape', type: 'category' },
    { name: 'colour', in: 'colour', type: 'category' },
    { name: 'size', in: 'size', type: 'integer' },
    { name: 'sum', in: 'sum', type: 'integer' },
  ],
} as const;

let folder: string;
let data: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'goldpan-test-'));
  data = memoryStore();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function jobFor(settings: Partial<TrainConfig>): TrainingJob {
  const job = { runId: 'table-run', dataset: 'shapes', snapshotId: 'snapshot-1', configId: 'config-1', attempt: 1 };
  return { ...job, train: TrainConfig.parse({ epochs: 2, batchSize: 64, latentDim: 4, ...settings }) };
}

async function sealTable({ dataset, snapshotId, configId }: TrainingJob): Promise<void> {
  const columns = TABLE_KIND.shard.columns({ version: 1, columns: [...SCHEMA.columns] });
  const shards: Manifest['shards'] = [];
  for (const [seed, split] of (['train', 'validation', 'test'] as const).entries()) {
    const cells = cellsOf(COUNTS[split], seed + 1);
    const rows = Array.from({ length: COUNTS[split] }, (_, row) =>
      Object.fromEntries(
        SCHEMA.columns.map(({ name, type }, at) => [
          name,
          type === 'integer' ? BigInt(cells[at]?.[row] as number) : cells[at]?.[row],
        ]),
      ),
    );
    const bytes = encodeColumns<PartRow>(columns ?? {}, rows);
    const file = `${split}-00000.parquet`;
    await data.put(keys.snapshot(dataset, snapshotId, file), bytes);
    const shape = [COUNTS[split], SCHEMA.columns.length];
    const files = [{ holds: 'rows' as const, file, type: 'parquet' as const, shape, sha256: sha256(bytes) }];
    shards.push({ name: `${split}-00000`, split, items: COUNTS[split], files });
  }
  const manifest = Manifest.parse({
    ...{ schemaVersion: 2, dataset, snapshotId, configId, kind: 'table' },
    config: {
      kind: 'table',
      table: { schema: null, key: null, delimiter: 'auto', encoding: 'auto' },
      labels: 'none',
      license: 'CC0-1.0',
      split: { train: 0.8, validation: 0.1, test: 0.1, groupBy: null },
    },
    schema: SCHEMA,
    augmentation: { split: 'train', policy: null },
    leaks: { train: 0, validation: 0 },
    items: { file: 'items.parquet', sha256: '', rows: 0 },
    labels: [],
    splits: COUNTS,
    shards,
  });
  await writeJson(data, keys.manifest(dataset, snapshotId), manifest);
}

async function run(job: TrainingJob): Promise<RunOutcome> {
  await sealTable(job);
  const said: string[] = [];
  const deps = { data, clock: systemClock, owner: 'me', launch: inProcess, stop: stopSwitch(), folder, environment };
  expect(await train({ ...deps, say: (line) => said.push(line), compute: 'worker' }, job), said.join('\n')).toBe(
    TRAINER_EXIT.done,
  );
  return (await readJson(data, keys.runOutcome(job.dataset, job.runId), RunOutcome))?.value as RunOutcome;
}

test.each(['vae', 'gan', 'latent-class'] as const)(
  '%s: a run leaves a model with its card, a page with rows, and rows can be drawn',
  async (model) => {
    const job = jobFor({ model });
    const outcome = await run(job);
    expect(outcome.reason).toBeNull();
    expect(outcome).toMatchObject({ status: 'succeeded', metrics: { items: COUNTS.test } });
    const figures = outcome.metrics?.table?.figures ?? [];
    expect(figures.map(({ name }) => name)).toEqual(expect.arrayContaining(['quality', 'detection', 'copies']));
    expect(figures.find(({ name }) => name === 'quality')?.latentClass === null).toBe(model === 'latent-class');
    expect(figures.some(({ name }) => name === 'nats')).toBe(model !== 'gan');

    const modelId = outcome.modelId as string;
    const card = (await readJson(data, keys.modelCard('shapes', modelId), ModelCard))?.value;
    expect(card).toMatchObject({
      family: model,
      input: {
        kind: 'table',
        columns: [{ name: 'shape', made: 'computed' }, { made: 'modelled' }, {}, { made: 'modelled' }],
      },
    });
    for (const [file, hash] of Object.entries(card?.files ?? {}))
      expect(sha256((await data.get(keys.model('shapes', modelId, file)))?.body ?? new Uint8Array()), file).toBe(hash);
    const page = new TextDecoder().decode((await data.get(keys.runPage('shapes', job.runId)))?.body);
    expect(page).toContain('Rows drawn');
    expect(page).toContain('detection AUC');

    await writeJson(data, keys.registryEntry('shapes', modelId), {
      modelId,
      promoted: true,
      reason: null,
      revoked: false,
    });
    await promote(data, 'shapes', modelId);
    const endpoint = sample({
      data,
      links: memoryLinks,
      openDecoder: openDecoderWith(1),
      openEncoder: openEncoderWith(1),
    });
    const answer = await endpoint({
      rawPath: '/v1/datasets/shapes/sample',
      requestContext: { http: { method: 'POST' } },
      headers: { accept: 'text/csv' },
      body: JSON.stringify({ n: 50, seed: 3, where: "shape = 'star'" }),
    });
    const lines = answer.body.trimEnd().split('\n');
    expect(lines[0]).toBe('shape,colour,size,sum');
    expect(lines).toHaveLength(51);
    for (const line of lines.slice(1)) expect(line).toMatch(/^star,(red|green|blue),[0-3],\d+$/);
  },
  TIMEOUT_MS,
);

test('a family that tables do not have ends the run with the reason', async () => {
  expect(await run(jobFor({ model: 'pca-mixture' }))).toMatchObject({
    status: 'failed',
    reason: { name: 'UnknownModelError', message: expect.stringContaining('no model family pca-mixture for tables') },
  });
});

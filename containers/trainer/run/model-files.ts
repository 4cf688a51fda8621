// Writes a trained model to the bucket: its files first, its card last. A model with a card is complete.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashOf, sha256 } from '#core/base/hash.ts';
import type { ModelCard } from '#core/model/messages/card.ts';
import type { Manifest, TrainingJob } from '#core/snapshot/messages.ts';
import { writeOnce } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { supportOf } from '../data/kind-support.ts';
import type { EngineResult, TaskInput } from '../state/protocol.ts';
import type { Lease } from './lease.ts';

const ID_CHARACTERS = 12;

type StoredRun = {
  readonly job: TrainingJob;
  readonly manifest: Manifest;
  readonly lease: Lease;
  readonly input: TaskInput;
  /** The folder of the run, which contains its codec. */
  readonly folder: string;
};

/** Returns the id of the model: a hash of its run and its files. */
export async function storeModel(
  data: Store,
  { job, manifest, lease, input, folder }: StoredRun,
  { files, modelFolder, samples, metrics, latent }: EngineResult,
): Promise<string> {
  const { license } = manifest.config;
  const support = supportOf(input);
  const bytes = new Map<string, Uint8Array>();
  for (const file of files) bytes.set(file, await readFile(join(modelFolder, file)));
  for (const file of support.modelFiles(input)) bytes.set(file, await readFile(join(folder, file)));
  const id = hashOf({ runId: job.runId, files: hashesOf(bytes) }).slice(0, ID_CHARACTERS);
  const shown = await support.show(samples, input, folder);
  bytes.set(`samples.${shown.extension}`, shown.bytes);
  const modelId = `${job.train.model}-${id}`;
  const cardKey = keys.modelCard(job.dataset, modelId);
  if (await data.head(cardKey)) return modelId;

  for (const [file, content] of bytes) {
    await lease.hold();
    await data.put(keys.model(job.dataset, modelId, file), content);
  }
  const train = support.resolve(job.train, input, manifest);
  const card: ModelCard = {
    schemaVersion: 2,
    modelId,
    runId: job.runId,
    dataset: job.dataset,
    snapshotId: job.snapshotId,
    family: job.train.model,
    input: support.describe(input),
    latentDim: train.latentDim,
    labels: manifest.labels,
    trainItems: manifest.splits.train as number,
    train,
    latent,
    ...(job.forcedBy !== undefined && { forcedBy: job.forcedBy }),
    metrics,
    license,
    files: hashesOf(bytes),
  };
  await lease.move({});
  await writeOnce(data, cardKey, card);
  return modelId;
}

function hashesOf(files: ReadonlyMap<string, Uint8Array>): Record<string, string> {
  return Object.fromEntries([...files].map(([file, bytes]) => [file, sha256(bytes)]));
}

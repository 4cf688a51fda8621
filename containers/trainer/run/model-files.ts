// Writes a trained model to the bucket: its files first, its card last. A model with a card is complete.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashOf, sha256 } from '#core/base/hash.ts';
import type { ModelCard } from '#core/model/messages/card.ts';
import { resolveTrain } from '#core/model/resolve-train.ts';
import type { ManifestOf, TrainingJob } from '#core/snapshot/messages.ts';
import { writeOnce } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { encodePng, gridOf } from '../data/picture.ts';
import { hasPretrainedFiles } from '../features/pretrained-file.ts';
import type { EngineResult } from '../state/protocol.ts';
import type { Lease } from './lease.ts';

export const SAMPLES_FILE = 'samples.png';
const ID_CHARACTERS = 12;

/** Returns the id of the model: a hash of its run and its files. */
export async function storeModel(
  data: Store,
  { job, manifest, lease }: { job: TrainingJob; manifest: ManifestOf<'image'>; lease: Lease },
  { files, modelFolder, samples, metrics, latent }: EngineResult,
): Promise<string> {
  const { image, kind, license } = manifest.config;
  const bytes = new Map<string, Uint8Array>();
  for (const file of files) bytes.set(file, await readFile(join(modelFolder, file)));
  const id = hashOf({ runId: job.runId, files: hashesOf(bytes) }).slice(0, ID_CHARACTERS);
  bytes.set(SAMPLES_FILE, await encodePng(gridOf(samples, image)));
  const modelId = `${job.train.model}-${id}`;
  const cardKey = keys.modelCard(job.dataset, modelId);
  if (await data.head(cardKey)) return modelId;

  for (const [file, content] of bytes) {
    await lease.hold();
    await data.put(keys.model(job.dataset, modelId, file), content);
  }
  const facts = {
    items: manifest.splits.train,
    classes: manifest.labels.length,
    image,
    hasFeatures: hasPretrainedFiles(),
  };
  const train = resolveTrain(job.train, facts);
  const card: ModelCard = {
    schemaVersion: 1,
    modelId,
    runId: job.runId,
    dataset: job.dataset,
    snapshotId: job.snapshotId,
    kind,
    family: job.train.model,
    image,
    latentDim: train.latentDim,
    labels: manifest.labels,
    trainItems: manifest.splits.train,
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

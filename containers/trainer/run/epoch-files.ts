// Writes the files of an epoch for people: metrics, samples, TensorBoard events.
import type { EpochMetrics } from '#core/model/messages/run.ts';
import type { MetricValues } from '#core/model/metrics.ts';
import type { TrainingJob } from '#core/snapshot/messages.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import type { ShownSamples } from '../data/shown-samples.ts';
import { eventFile } from './tensorboard.ts';

/** Draws of photos beside their nearest training photos. */
export const NEAREST_FILE = 'nearest.png';

export type EpochFiles = {
  readonly metrics: EpochMetrics;
  readonly samples: ShownSamples;
  /** Seconds since 1970. */
  readonly wallTime: number;
};

/** Writes samples/epoch-0001.png, samples.png (the latest; of rows .csv) and one TensorBoard event file. */
export async function writeEpochFiles(data: Store, job: TrainingJob, files: EpochFiles): Promise<void> {
  const { metrics, samples, wallTime } = files;
  const { extension, contentType, bytes, grid } = samples;
  const { epoch, step } = metrics;
  const at = (file: string) => keys.run(job.dataset, job.runId, file);
  const event = eventFile({
    wallTime,
    step,
    scalars: scalarsOf(metrics),
    images: grid ? { samples: { ...grid, png: bytes } } : {},
  });
  await Promise.all([
    data.put(at(`samples/epoch-${String(epoch).padStart(4, '0')}.${extension}`), bytes, { contentType }),
    data.put(at(`samples.${extension}`), bytes, { contentType }),
    data.put(at(`events/events.out.tfevents.${String(epoch).padStart(10, '0')}.goldpan`), event),
  ]);
}

/** Writes the samples of a run before its first epoch has ended. */
export async function writePreview(
  data: Store,
  { dataset, runId }: TrainingJob,
  { extension, contentType, bytes }: ShownSamples,
): Promise<void> {
  await data.put(keys.run(dataset, runId, `samples.${extension}`), bytes, { contentType });
}

/** Writes nearest.png: draws of photos, each followed by its nearest training photo. */
export async function writeNearest(
  data: Store,
  { dataset, runId }: TrainingJob,
  { contentType, bytes }: ShownSamples,
): Promise<void> {
  await data.put(keys.run(dataset, runId, NEAREST_FILE), bytes, { contentType });
}

/** Writes metrics.jsonl from the list in the checkpoint, which drops epochs of an interrupted attempt. */
export async function writeMetrics(data: Store, job: TrainingJob, epochs: readonly EpochMetrics[]): Promise<void> {
  const lines = epochs.map((epoch) => `${JSON.stringify(epoch)}\n`).join('');
  await data.put(keys.runMetrics(job.dataset, job.runId), lines, { contentType: 'application/jsonl' });
}

/** Returns the scalars by their TensorBoard tags. */
function scalarsOf({ train, validation, schedule, norms, itemsPerSecond, memoryMiB }: EpochMetrics): MetricValues {
  const groups: Record<string, MetricValues> = {
    train,
    validation,
    schedule,
    gradients: norms?.gradients ?? {},
    activations: norms?.activations ?? {},
    host: { itemsPerSecond, memoryMiB },
  };
  return Object.fromEntries(
    Object.entries(groups).flatMap(([group, figures]) =>
      Object.entries(figures).map(([name, value]) => [`${group}/${name}`, value]),
    ),
  );
}

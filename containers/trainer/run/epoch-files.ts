// Writes the files of an epoch for people: metrics, samples, TensorBoard events.
import type { ImageConfig } from '#core/kinds/image/config.ts';
import type { EpochMetrics } from '#core/model/messages/run.ts';
import type { Figures } from '#core/model/metrics.ts';
import type { TrainingJob } from '#core/snapshot/messages.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { encodePng, gridOf } from '../data/picture.ts';
import { eventFile } from './tensorboard.ts';

export interface EpochFiles {
  readonly metrics: EpochMetrics;
  readonly samples: Uint8Array;
  readonly image: ImageConfig;
  /** Seconds since 1970. */
  readonly wallTime: number;
}

/** Writes samples/epoch-0001.png, samples.png (the latest) and one TensorBoard event file. */
export async function writeEpochFiles(data: Store, job: TrainingJob, files: EpochFiles): Promise<void> {
  const { metrics, samples, image, wallTime } = files;
  const { epoch, step } = metrics;
  const at = (file: string) => keys.run(job.dataset, job.runId, file);
  const grid = gridOf(samples, image);
  const png = await encodePng(grid);
  const event = eventFile({
    wallTime,
    step,
    scalars: scalarsOf(metrics),
    images: { samples: { ...grid, png } },
  });
  await Promise.all([
    data.put(at(`samples/epoch-${String(epoch).padStart(4, '0')}.png`), png, { contentType: 'image/png' }),
    data.put(at('samples.png'), png, { contentType: 'image/png' }),
    data.put(at(`events/events.out.tfevents.${String(epoch).padStart(10, '0')}.goldpan`), event),
  ]);
}

/** Writes samples.png of a run before its first epoch has ended. */
export async function writePreview(
  data: Store,
  { dataset, runId }: TrainingJob,
  samples: Uint8Array,
  image: ImageConfig,
): Promise<void> {
  const png = await encodePng(gridOf(samples, image));
  await data.put(keys.run(dataset, runId, 'samples.png'), png, { contentType: 'image/png' });
}

/** Writes metrics.jsonl from the list in the checkpoint, which drops epochs of an interrupted attempt. */
export async function writeMetrics(data: Store, job: TrainingJob, epochs: readonly EpochMetrics[]): Promise<void> {
  const lines = epochs.map((epoch) => `${JSON.stringify(epoch)}\n`).join('');
  await data.put(keys.runMetrics(job.dataset, job.runId), lines, { contentType: 'application/jsonl' });
}

/** Returns the scalars by their TensorBoard tags. */
function scalarsOf({ train, validation, schedule, norms, itemsPerSecond, memoryMiB }: EpochMetrics): Figures {
  const groups: Record<string, Figures> = {
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

// What an epoch leaves for people: a line of metrics, a picture, an event for TensorBoard, a line on the terminal.
import type { ImageConfig } from '#core/config.ts';
import { keys } from '#core/keys.ts';
import type { EpochMetrics } from '#core/messages/run.ts';
import type { TrainingJob } from '#core/messages/snapshot.ts';
import type { Store } from '#core/store/store.ts';
import { encodePng, gridOf } from './picture.ts';
import { eventFile } from './tensorboard.ts';

export interface EpochFiles {
  readonly metrics: EpochMetrics;
  readonly samples: Uint8Array;
  readonly image: ImageConfig;
  /** Seconds since 1970. */
  readonly wallTime: number;
}

/** samples/epoch-0001.png, samples.png (the latest) and one TensorBoard event file. */
export async function writeEpochFiles(data: Store, job: TrainingJob, files: EpochFiles): Promise<void> {
  const { metrics, samples, image, wallTime } = files;
  const { epoch, step, train, validation, itemsPerSecond } = metrics;
  const at = (file: string) => keys.run(job.dataset, job.runId, file);
  const grid = gridOf(samples, image);
  const png = await encodePng(grid);
  const event = eventFile({
    wallTime,
    step,
    scalars: {
      'train/loss': train.loss,
      'train/reconstruction': train.reconstructionLoss,
      'train/kl': train.klLoss,
      'validation/negative-elbo': validation.loss,
      'validation/reconstruction': validation.reconstructionLoss,
      'validation/kl': validation.klLoss,
      'speed/items-per-second': itemsPerSecond,
    },
    images: { samples: { ...grid, png } },
  });
  await Promise.all([
    data.put(at(`samples/epoch-${String(epoch).padStart(4, '0')}.png`), png, { contentType: 'image/png' }),
    data.put(at('samples.png'), png, { contentType: 'image/png' }),
    data.put(at(`events/events.out.tfevents.${String(epoch).padStart(10, '0')}.goldpan`), event),
  ]);
}

/** Whole, from the checkpoint's own list: what an interrupted attempt did after it is cut off. */
export async function writeMetrics(data: Store, job: TrainingJob, epochs: readonly EpochMetrics[]): Promise<void> {
  const lines = epochs.map((epoch) => `${JSON.stringify(epoch)}\n`).join('');
  await data.put(keys.runMetrics(job.dataset, job.runId), lines, { contentType: 'application/jsonl' });
}

export function epochLine({ epoch, train, validation, seconds, itemsPerSecond }: EpochMetrics, epochs: number): string {
  const place = `${String(epoch).padStart(String(epochs).length)}/${epochs}`;
  const held = `${validation.loss.toFixed(2)} nats (reconstruction ${validation.reconstructionLoss.toFixed(2)} + KL ${validation.klLoss.toFixed(2)})`;
  const left = epochs > epoch ? `, ${Math.ceil((epochs - epoch) * seconds)} s left at most` : '';
  return `epoch ${place}  train ${train.loss.toFixed(2)}  validation ${held}  ${Math.round(itemsPerSecond)} items/s${left}`;
}

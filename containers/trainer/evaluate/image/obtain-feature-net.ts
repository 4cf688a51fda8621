// The feature network of a run: loaded from the snapshot when it is stored there, otherwise trained at the first need and returned to be
// stored.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Split } from '#core/kinds/split.ts';
import type { Items } from '../../data/batches.ts';
import type { ImageSize } from '../../data/picture.ts';
import type { EngineTask, FromEngine, StoredFeatures } from '../../state/protocol.ts';
import { type FeatureNet, openFeatureNet } from './feature-net.ts';
import { trainFeatureNet } from './train-feature-net.ts';

export type FeatureNetOptions = {
  readonly task: Pick<EngineTask, 'folder' | 'features'>;
  readonly size: ImageSize;
  readonly data: Readonly<Record<Split, Items>>;
  readonly towers: number;
  readonly channel: { send(message: FromEngine): void; yieldToEventLoop(): Promise<void> };
};

export function featureNetOf({ task, size, data, towers, channel }: FeatureNetOptions): {
  open(): Promise<FeatureNet>;
  dispose(): void;
} {
  let opened: FeatureNet | undefined;

  async function train(): Promise<StoredFeatures> {
    const { weights, facts } = await trainFeatureNet({
      ...data,
      size,
      towers,
      yieldToEventLoop: channel.yieldToEventLoop,
    });
    const weightsFile = join(task.folder, `features-${facts.sha256}.safetensors`);
    writeFileSync(weightsFile, weights);
    channel.send({ type: 'features', features: { weightsFile, facts } });
    return { weightsFile, facts };
  }

  return {
    async open() {
      if (opened) return opened;
      const { weightsFile, facts } = task.features ?? (await train());
      opened = openFeatureNet(readFileSync(weightsFile), facts, size);
      return opened;
    },
    dispose: () => opened?.dispose(),
  };
}

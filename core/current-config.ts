// The configuration in force of a dataset, for stages that cannot go on without one.
import type { ImageDataset } from './config.ts';
import { FAILURE, GoldpanError } from './errors.ts';
import { keys } from './keys.ts';
import { CurrentConfig } from './messages/ingest.ts';
import { readJson } from './store/json.ts';
import type { Store } from './store/store.ts';

/** The configuration of a dataset that models are made of. Throws KindNotTrainedError for kinds that are cleaned only. */
export async function readTrainableConfig(
  data: Store,
  dataset: string,
): Promise<CurrentConfig & { config: ImageDataset }> {
  const current = await readCurrentConfig(data, dataset);
  const { config } = current;
  if (config.kind === 'image') return { ...current, config };
  throw new GoldpanError(
    FAILURE.kindNotTrained,
    `Dataset ${dataset} holds ${config.kind} data, which is validated and cleaned; models are made of images so far.`,
  );
}

/** Throws NoConfigurationError where nothing usable was dropped yet. */
export async function readCurrentConfig(data: Store, dataset: string): Promise<CurrentConfig> {
  const found = await readJson(data, keys.currentConfig(dataset), CurrentConfig);
  if (found) return found.value;
  throw new GoldpanError(
    FAILURE.noConfiguration,
    `Dataset ${dataset} has no configuration yet: no usable file was dropped and no dataset.yaml says what it holds. ` +
      `Run "goldpan put <folder> --dataset ${dataset}" and look at "goldpan status ${dataset}".`,
  );
}

// The configuration in force of a dataset, for stages that cannot go on without one.
import { FAILURE, GoldpanError } from './errors.ts';
import { keys } from './keys.ts';
import { CurrentConfig } from './messages/ingest.ts';
import { readJson } from './store/json.ts';
import type { Store } from './store/store.ts';

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

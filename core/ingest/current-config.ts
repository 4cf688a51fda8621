// The configuration in force of a dataset, for stages that cannot go on without one.
import * as z from 'zod';
import { FAILURE, GoldpanError } from '../base/errors.ts';
import { FirstVersion } from '../base/json/schema-version.ts';
import { EffectiveConfig } from '../kinds/config.ts';
import { readJson } from '../store/json.ts';
import { keys } from '../store/keys.ts';
import type { Store } from '../store/store.ts';

/** config/<ds>/current.json: the configuration in force. versionId is that of the dataset.yaml it came from, if any. */
export const CurrentConfig = z.strictObject({
  schemaVersion: FirstVersion,
  configId: z.string(),
  versionId: z.string().nullable(),
  config: EffectiveConfig,
});
export type CurrentConfig = z.infer<typeof CurrentConfig>;

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

// The configuration in force, and where each value comes from.
import { parseDocument } from 'yaml';
import { type EffectiveConfig, Inferred } from '#core/kinds/config.ts';
import { readJson } from '#core/store/json.ts';
import { CONFIG_FILE, dropKey, keys } from '#core/store/keys.ts';
import type { Context } from '../../context.ts';
import type { Deployment } from '../../deployment.ts';
import { ClientFailure } from '../../failure.ts';
import { checkedDataset } from '../checked-dataset.ts';
import { adviseOnUnknown } from '../list-datasets.ts';
import { readConfig } from '../read-status.ts';
import type { ConfigOutput, Setting } from './output.ts';
import { leavesOf } from './settings.ts';

/** Throws ClientFailure where the dataset has no configuration yet. */
export async function showConfig({ deployment }: Context, givenDataset: string): Promise<ConfigOutput> {
  const dataset = checkedDataset(givenDataset);
  const { config, configId } = await configInForce(deployment, dataset);
  const [object, inferred] = await Promise.all([
    deployment.drop.get(dropKey(dataset, CONFIG_FILE)),
    readJson(deployment.data, keys.inferredConfig(dataset), Inferred),
  ]);
  const file = parseDocument(new TextDecoder().decode(object?.body));
  const found = new Set(leavesOf(inferred?.value ?? {}).map(({ name }) => name));
  const sourceOf = (path: readonly string[], name: string): Setting['source'] => {
    if (file.hasIn(path)) return 'file';
    return found.has(name) ? 'inferred' : 'default';
  };
  const settings = leavesOf(config).map(({ path, name, value }) => ({ name, value, source: sourceOf(path, name) }));
  return { dataset, kind: config.kind, configId, settings };
}

export async function configInForce(
  deployment: Pick<Deployment, 'drop' | 'data'>,
  dataset: string,
): Promise<{ readonly config: EffectiveConfig; readonly configId: string }> {
  const current = await readConfig(deployment.data, dataset);
  if (current) return current;
  throw new ClientFailure(`${dataset} has no configuration yet.`, { next: await adviseOnUnknown(deployment, dataset) });
}

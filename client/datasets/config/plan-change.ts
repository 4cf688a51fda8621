// Compares a dataset.yaml with the configuration in force: what it changes, and what that means for the items.
import { canonicalJson } from '#core/base/hash.ts';
import { type Inventory, takeInventory } from '#core/ingest/inventory.ts';
import { configIdOf, type EffectiveConfig, effectiveConfig, Inferred } from '#core/kinds/config.ts';
import { parseDatasetFile } from '#core/kinds/dataset-file.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Deployment } from '../../deployment.ts';
import { ClientFailure } from '../../failure.ts';
import { badConfig } from '../../upload/drop-config.ts';
import { cleanTime } from './clean-time.ts';
import type { ConfigSetOutput, SettingValue } from './output.ts';
import { ruleEffects } from './rule-effects.ts';
import { leavesOf } from './settings.ts';

type Proposal = {
  /** The text of dataset.yaml, and its name in messages. */
  readonly text: string;
  readonly name: string;
  readonly before: { readonly config: EffectiveConfig; readonly configId: string };
};
type PlannedChange = Omit<ConfigSetOutput, 'uploads'> & { readonly uploads: Inventory['uploads'] };

/** Writes nothing. Throws ClientFailure if the text is not a valid dataset.yaml or leaves a required setting open. */
export async function planChange(
  { drop, data }: Pick<Deployment, 'drop' | 'data'>,
  dataset: string,
  { text, name: given, before }: Proposal,
): Promise<PlannedChange> {
  const parsed = parseDatasetFile(text);
  if (!parsed.ok) throw badConfig(given, parsed.issues);
  const inferred = (await readJson(data, keys.inferredConfig(dataset), Inferred))?.value;
  const after = effectiveConfig(parsed.value, inferred);
  if (!after) throw new ClientFailure(`With ${given} the configuration of ${dataset} is not complete.`);
  const old = new Map(leavesOf(before.config).map(({ name, value }) => [name, value]));
  const changes = leavesOf(after).flatMap(({ name, value }) => {
    const earlier: SettingValue = old.get(name) ?? null;
    return canonicalJson(earlier) === canonicalJson(value) ? [] : [{ name, before: earlier, after: value }];
  });
  const inventory = await takeInventory(drop, data, dataset, before.configId);
  const recleans = configIdOf(after) !== before.configId;
  return {
    dataset,
    changed: false,
    changes,
    recleans,
    uploads: inventory.uploads,
    recleanSeconds: recleans ? await cleanTime(data, inventory, before.configId) : null,
    effects: await ruleEffects(data, inventory, before.config, after),
  };
}

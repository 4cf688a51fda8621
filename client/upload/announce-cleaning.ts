// Explains how a changed dataset.yaml affects existing uploads.
import { canonicalJson } from '#core/base/hash.ts';
import type { CurrentConfig } from '#core/ingest/current-config.ts';
import { takeInventory } from '#core/ingest/inventory.ts';
import type { Context } from '../context.ts';
import { readCleaning } from '../datasets/cleaning.ts';

/** Reports which uploads are cleaned again and why, or that none is. */
export async function announceCleaning(
  { deployment, notify }: Context,
  dataset: string,
  before: CurrentConfig,
  after: CurrentConfig,
): Promise<void> {
  if (after.configId === before.configId) return notify({ type: 'config-equivalent', dataset });
  const inventory = await takeInventory(deployment.drop, deployment.data, dataset, after.configId);
  const cleaning = await readCleaning(deployment.data, inventory, after.configId);
  notify({
    type: 'config-changed',
    dataset,
    before: before.configId,
    after: after.configId,
    sections: changedSections(before, after),
    uploads: inventory.uploads.filter(({ state }) => state !== 'refused').length,
    units: cleaning?.units ?? null,
  });
}

function changedSections({ config: before }: CurrentConfig, { config: after }: CurrentConfig): string[] {
  const [old, fresh]: Record<string, unknown>[] = [before, after];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => canonicalJson(old?.[name] ?? null) !== canonicalJson(fresh?.[name] ?? null));
}

// Determines what a snapshot consists of before its items are read: its configuration, parts and id. Index, gather and report agree on it.
import { readCurrentConfig } from '#core/ingest/current-config.ts';
import { type InventoryDetails, readDetails, takeInventory } from '#core/ingest/inventory.ts';
import { datasetRulesOf, type EffectiveConfig } from '#core/kinds/config.ts';
import type { RuleSetting } from '#core/kinds/define/rule.ts';
import type { RulesInForce } from '#core/kinds/define/rules-in-force.ts';
import type { IssueCode } from '#core/kinds/issues.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import { augmentationOf } from '#core/model/augmentation.ts';
import { ALIGNMENT_VERSION } from '#core/snapshot/alignment.ts';
import { captionsOf, sidecarsOf } from '#core/snapshot/read-sidecars.ts';
import { comparePlaces, type SourcePart, snapshotIdOf } from '#core/snapshot/snapshot.ts';
import type { Store } from '#core/store/store.ts';
import { type LedgerNames, listLedger } from './outputs/read-ledger.ts';

export type Prepared = Awaited<ReturnType<typeof prepare>>;

/** Throws NoConfigurationError if nothing usable was uploaded yet. */
export async function prepare({ drop, data }: { readonly drop: Store; readonly data: Store }, dataset: string) {
  const { configId, config } = await readCurrentConfig(data, dataset);
  const inventory = await takeInventory(drop, data, dataset, configId);
  const details = await readDetails(data, inventory);
  const parts = partsOf(details);
  const sidecars = sidecarsOf(details.verdicts);
  const captions = captionsOf(details.verdicts);
  const augmentation = augmentationOf(config.train);
  const alignment = alignmentIn(config);
  const isAsked = (config.rules['item.synthetic'] as RuleSetting).action !== 'off';
  const drawn = isAsked ? await listLedger(data, dataset, inventory.uploads) : undefined;
  const rules = snapshotRules(config, { isAligned: alignment !== undefined, drawn });
  const outputs = drawn && { outputs: drawn.digest };
  const facts = { dataset, configId, split: config.split, rules, augmentation, ...outputs };
  const snapshotId = snapshotIdOf({
    ...facts,
    parts,
    sidecars,
    captions,
    ...(alignment && { alignment: ALIGNMENT_VERSION }),
  });
  const items = parts.reduce((sum, part) => sum + part.items, 0);
  return {
    dataset,
    configId,
    config,
    inventory,
    details,
    parts,
    sidecars,
    captions,
    augmentation,
    alignment,
    drawn,
    snapshotId,
    items,
  };
}

/** Whether Spark can decide about the snapshot: where photos are aligned, or where the endpoint drew something, one process does. */
export function isForSpark({ alignment, drawn }: Pick<Prepared, 'alignment' | 'drawn'>): boolean {
  return alignment === undefined && drawn === undefined;
}

function alignmentIn(config: EffectiveConfig): { code: IssueCode; rule: RuleSetting } | undefined {
  const { alignment } = definitionOf(config.kind);
  if (!alignment?.isOn(config)) return undefined;
  return { code: alignment.rule, rule: config.rules[alignment.rule] as RuleSetting };
}

/** Leaves out rules that decide nothing: of an alignment that is off, and about outputs where there are none. */
function snapshotRules(
  config: EffectiveConfig,
  { isAligned, drawn }: { readonly isAligned: boolean; readonly drawn: LedgerNames | undefined },
): RulesInForce {
  const { alignment } = definitionOf(config.kind);
  const rules = Object.entries(datasetRulesOf(config));
  return Object.fromEntries(
    rules.filter(
      ([code]) => (isAligned || code !== alignment?.rule) && (drawn !== undefined || code !== 'item.synthetic'),
    ),
  );
}

function partsOf({ verdicts, rolled }: InventoryDetails): SourcePart[] {
  const parts = verdicts.flatMap(({ sourceKey, unit, part }) =>
    part ? [{ sourceKey, unit, ...part, rolled: rolled.get(part.key) }] : [],
  );
  return parts.sort(comparePlaces);
}

// Plans the alignment of a snapshot, and lists the steps that remain.
import type { EffectiveConfig } from '#core/kinds/config.ts';
import {
  ALIGNMENT_FILE,
  AlignmentPlan,
  alignedReceipt,
  alignmentUnits,
  RECEIPTS,
  unitItemsOf,
} from '#core/snapshot/alignment.ts';
import type { AlignRequest } from '#core/snapshot/messages.ts';
import type { SourceSidecar } from '#core/snapshot/read-sidecars.ts';
import type { SourcePart } from '#core/snapshot/snapshot.ts';
import { writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';

type Planned = {
  readonly dataset: string;
  readonly snapshotId: string;
  readonly config: EffectiveConfig;
  readonly parts: readonly SourcePart[];
  readonly sidecars: readonly SourceSidecar[];
};

/** Throws if the configuration has no image section: only images are aligned. */
export function alignmentOf({ dataset, snapshotId, config, parts, sidecars }: Planned): AlignmentPlan {
  return AlignmentPlan.parse({
    ...config,
    schemaVersion: 1,
    dataset,
    snapshotId,
    parts: parts.map(({ key, sha256, items, rolled }) => ({ key, sha256, items, ...(rolled && { rolled }) })),
    sidecars,
    unitItems: unitItemsOf(parts.reduce((sum, { items }) => sum + items, 0)),
  });
}

/** Returns the units that are not aligned yet, and writes the plan for them if there are any. */
export async function pendingUnits(data: Store, plan: AlignmentPlan): Promise<AlignRequest[]> {
  const { dataset, snapshotId } = plan;
  const done = new Set<string>();
  for await (const { key } of data.list(keys.snapshot(dataset, snapshotId, RECEIPTS))) done.add(key);
  const pending = alignmentUnits(plan)
    .filter(({ unit }) => !done.has(keys.snapshot(dataset, snapshotId, alignedReceipt(unit))))
    .map(({ unit }) => ({ dataset, snapshotId, unit }));
  if (pending.length > 0) await writeJson(data, keys.snapshot(dataset, snapshotId, ALIGNMENT_FILE), plan);
  return pending;
}

// Reads a batch of parts and writes the features of their items, for an engine that decides about all items together.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { sha256 } from '#core/base/hash.ts';
import type { PartRow } from '#core/base/parquet-columns.ts';
import { COMMON_COLUMNS } from '#core/kinds/define/part-columns.ts';
import { comparisonOf } from '#core/kinds/registry/comparisons.ts';
import { GatherBatch, GatherPlan, type GatherRequest, GatherTally, type ShownRow } from '#core/snapshot/distributed.ts';
import { readSidecars } from '#core/snapshot/read-sidecars.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { openTallies } from '../facts/item-counts.ts';
import { folderFacts } from '../items/folder-facts.ts';
import type { FoundItem } from '../items/items-table.ts';
import { joinSidecars } from '../items/join-sidecars.ts';
import { itemReader } from '../items/read-item.ts';
import { readParts } from '../items/read-parts.ts';
import { searchedBy } from '../near/search.ts';
import { encodeFeatures, featureCounts, featureRows } from './features.ts';
import { saveTallies } from './saved-tallies.ts';

export type Gathered = { readonly items: number };

/**
 * Gathers one batch. The same request writes the same bytes. Throws CorruptObjectError if the plan or a part is missing, or if a part does not
 * match its verdict.
 */
export const gather =
  ({ data }: { readonly data: Store }) =>
  async ({ dataset, snapshotId, batch }: GatherRequest): Promise<Gathered> => {
    const [planned, listed] = await Promise.all([
      readJson(data, keys.gatherPlan(dataset, snapshotId), GatherPlan),
      readJson(data, keys.gatherBatch(dataset, snapshotId, batch), GatherBatch),
    ]);
    if (!planned || !listed)
      throw new GoldpanError(
        FAILURE.corruptObject,
        `Snapshot ${snapshotId} of ${dataset} has no plan for batch ${batch}. Start assemble again.`,
      );
    const { config, schema, folders, sidecars } = planned.value;
    const { parts } = listed.value;
    const comparison = comparisonOf(config, schema);
    const counts = featureCounts(comparison, searchedBy(config));
    const joining = joinSidecars(config, await readSidecars(data, sidecars), folderFacts(config, folders));
    const tallies = openTallies(schema);
    const readItem = itemReader({ config, schema, comparison, joining, subjects: null });
    const featuresOfParts = parts.map(({ items }) => featureRows(comparison, counts, items));
    await readParts<PartRow>(data, parts, [...COMMON_COLUMNS, ...comparison.columns], (at, rows, first) => {
      const part = parts[at] as GatherBatch['parts'][number];
      for (const [offset, row] of rows.entries()) {
        const rowPosition = first + offset;
        const item = part.firstItem + rowPosition;
        const read = readItem({ item, position: part.position, row: rowPosition, part }, row);
        if (!read) continue;
        tallies.observe(item, part.sourceKey, row, read.joined);
        featuresOfParts[at]?.add(part.upload, row, read);
      }
    });
    const rows = featuresOfParts.flatMap(({ found }) => found);
    const shownItems = new Set([...tallies.examples.values()].flat());
    const shown = rows.filter(({ item }) => shownItems.has(item as number)).map(shownRow);
    const bytes = encodeFeatures(counts, featuresOfParts);
    await data.put(keys.features(dataset, snapshotId, batch), bytes);
    const features = { sha256: sha256(bytes), rows: rows.length };
    const saved = { schemaVersion: 1, snapshotId, batch, features, shown, ...saveTallies(tallies, joining) };
    await writeJson(data, keys.tally(dataset, snapshotId, batch), GatherTally.parse(saved));
    return { items: rows.length };
  };

function shownRow({ item, part, row, path, line, label, source }: FoundItem): ShownRow {
  return { item, part, row, path, line, label, source } as ShownRow;
}

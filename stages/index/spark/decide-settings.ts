// The settings of the Spark program: where the features are, and the settings of the rules.

import type { RuleSetting } from '#core/kinds/define/rule.ts';
import { thresholdOf } from '#core/kinds/define/rule.ts';
import { comparisonOf } from '#core/kinds/registry/comparisons.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import type { LikenessName } from '#core/similarity/likenesses.ts';
import type { GatherPlan } from '#core/snapshot/distributed.ts';
import { shardItemsOf } from '#core/snapshot/snapshot.ts';
import { type FeatureCounts, featureCounts } from '../gather/features.ts';
import { searchedBy } from '../near/search.ts';

export type NearSettings = {
  readonly likeness: LikenessName;
  readonly minLikeness: number;
  /** In bits; null for signatures, whose bands are compared. */
  readonly maxDistance: number | null;
};
export type DecideSettings = {
  readonly snapshotId: string;
  /** Folders with features/ and tallies/, and the one that the decisions go to; paths or s3:// addresses. */
  readonly work: string;
  readonly output: string;
  readonly batches: number;
  readonly counts: FeatureCounts;
  readonly measures: readonly string[];
  /** The reason why an item of a cluster is kept, by criterion. */
  readonly why: readonly string[];
  readonly near: NearSettings | null;
  readonly outliers: { readonly maxDeviation: number; readonly maxRemoteness: number } | null;
  readonly dropCopies: boolean;
  readonly dropNear: boolean;
  readonly shardItems: number;
  /** Leading bits by which hashes and bands are divided into pages; by default by the number of items. They change no answer. */
  readonly pageBits?: number | undefined;
  /** Tasks into which a shuffle is divided; by default those of Spark's own settings. */
  readonly partitions?: number | undefined;
  /** Rows with one key that one task takes. It changes no answer. */
  readonly mostRows?: number | undefined;
};

export function decideSettings(
  { snapshotId, config, schema, batches }: GatherPlan,
  { work, output }: Pick<DecideSettings, 'work' | 'output'>,
): DecideSettings {
  const comparison = comparisonOf(config, schema);
  const searched = searchedBy(config);
  const nearRule = config.rules['item.near-duplicate'];
  const outlierRule = config.rules['item.outlier'] as RuleSetting;
  return {
    snapshotId,
    work,
    output,
    batches,
    counts: featureCounts(comparison, searched),
    measures: comparison.measures,
    why: comparison.better.map(({ why }) => why),
    near:
      nearRule && searched
        ? {
            likeness: config.kind as LikenessName,
            minLikeness: thresholdOf(nearRule, 'minLikeness'),
            maxDistance: searched === 'hashes' ? thresholdOf(nearRule, 'maxDistance') : null,
          }
        : null,
    outliers:
      outlierRule.action === 'off'
        ? null
        : {
            maxDeviation: thresholdOf(outlierRule, 'maxDeviation'),
            maxRemoteness: thresholdOf(outlierRule, 'maxRemoteness'),
          },
    dropCopies: definitionOf(config.kind).dropsCopies(config),
    dropNear: nearRule?.action === 'reject',
    shardItems: shardItemsOf(config, schema?.columns.length),
  };
}

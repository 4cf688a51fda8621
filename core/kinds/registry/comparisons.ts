// The comparison settings of each kind; only loaded when snapshots are made.
import type { Kind } from '../../base/names.ts';
import { AUDIO_COMPARISON } from '../audio/comparison.ts';
import type { EffectiveConfig } from '../config.ts';
import type { Comparison } from '../define/comparison.ts';
import { imageComparison } from '../image/comparison.ts';
import { tableComparison } from '../table/comparison.ts';
import type { SnapshotSchema } from '../table/schema/snapshot-schema.ts';
import { textComparison } from '../text/comparison.ts';

type Comparer = { of(config: EffectiveConfig, schema: SnapshotSchema | null): Comparison };

const COMPARISONS: Readonly<Record<Kind, Comparer>> = {
  image: { of: imageComparison },
  table: { of: (_config, schema) => tableComparison(schema) },
  text: { of: textComparison },
  audio: { of: () => AUDIO_COMPARISON },
};

export function comparisonOf(config: EffectiveConfig, schema: SnapshotSchema | null): Comparison {
  return COMPARISONS[config.kind].of(config, schema);
}

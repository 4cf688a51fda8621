// How near duplicates of a dataset are searched for.
import type { EffectiveConfig } from '#core/kinds/config.ts';

/** hashes: by perceptual hashes that differ in a few bits. bands: by equal bands of signatures. Null if the rule is off or the kind has none. */
export function searchedBy(config: EffectiveConfig): 'hashes' | 'bands' | null {
  const rule = config.rules['item.near-duplicate'];
  if (!rule || rule.action === 'off') return null;
  return 'maxDistance' in rule ? 'hashes' : 'bands';
}

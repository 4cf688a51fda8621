// The gate: is there enough good data to train on, and if not, what is missing.
import type { GateConfig } from './gate-config.ts';
import type { GateDecision, Shortfall } from './messages/snapshot.ts';

/** Fewer distinct items than this cannot be split and learned from at all. */
export const HARD_MINIMUM_ITEMS = 32;

export type GateFacts = {
  readonly distinctItems: number;
  readonly splits: Readonly<Record<'train' | 'validation' | 'test', number>>;
  readonly trigger: 'manual' | 'automatic';
  readonly forcedBy: string | null;
};

/** A manual run is refused below the hard minimum only; what else is missing is said, and stops automatic runs. */
export function decideGate(gate: GateConfig, { distinctItems, splits, trigger, forcedBy }: GateFacts): GateDecision {
  const missing: Shortfall[] = [];
  const hard = distinctItems < HARD_MINIMUM_ITEMS;
  if (hard)
    missing.push(
      shortfall(
        'items',
        distinctItems,
        HARD_MINIMUM_ITEMS,
        'distinct, clean items are the least any model can learn from',
      ),
    );
  for (const [split, items] of Object.entries(splits)) {
    if (items === 0 && !hard)
      missing.push({
        what: `${split} items`,
        have: 0,
        need: 1,
        advice: `the ${split} split is empty: add items until it is not`,
      });
  }
  const refused = missing.length > 0;
  if (!hard && distinctItems < gate.minItems)
    missing.push(shortfall('items', distinctItems, gate.minItems, 'items as dataset.yaml asks for (gate.minItems)'));
  const short = missing.length > 0 && forcedBy === null && trigger === 'automatic';
  return { outcome: refused ? 'refused' : short ? 'blocked' : 'passed', missing, forcedBy };
}

function shortfall(what: string, have: number, need: number, advice: string): Shortfall {
  return { what, have, need, advice: `${need - have} more: ${need} ${advice}` };
}

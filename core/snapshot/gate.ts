// The gate: decides whether there is enough good data to train on, and states what is missing.
import { count } from '../base/format.ts';
import type { GateConfig } from '../kinds/gate-config.ts';
import type { AssembleRequest, GateDecision, Shortfall } from './messages.ts';

/** With fewer distinct items a dataset cannot be split and trained on. */
export const HARD_MINIMUM_ITEMS = 32;
const PLAIN_NOUN = /^[a-z]{2,}[a-rt-z]$/;

export type GateFacts = {
  readonly distinctItems: number;
  readonly splits: Readonly<Record<'train' | 'validation' | 'test', number>>;
  /** Distinct items of each class; empty where there are no labels. */
  readonly byLabel: Readonly<Record<string, number>>;
  /** The total of the four dimensions; null if there was nothing to judge. */
  readonly quality: number | null;
  /** Distinct items that the snapshot of the last run did not have; null where that is not asked. */
  readonly newItems: number | null;
  readonly trigger: AssembleRequest['trigger'];
  readonly forcedBy: string | null;
};

/**
 * Decides whether a run may start. A manual run is only refused below the hard minimum; other shortfalls are reported, and they stop
 * automatic runs. A report lists the same shortfalls and starts no run.
 */
export function decideGate(gate: GateConfig, facts: GateFacts): GateDecision {
  const { distinctItems, splits, trigger, forcedBy } = facts;
  const tooFew = tooFewForAny(distinctItems);
  const refused = tooFew ? [tooFew] : emptySplits(splits);
  const missing = [...refused, ...(tooFew ? [] : shortfalls(gate, facts))];
  const blocked = missing.length > 0 && forcedBy === null && trigger === 'automatic';
  const open = trigger === 'report' ? 'not-asked' : blocked ? 'blocked' : 'passed';
  return { outcome: refused.length > 0 ? 'refused' : open, missing, forcedBy };
}

/** "dogs", "items of class 7" */
export function manyOf(label: string): string {
  return PLAIN_NOUN.test(label) ? `${label}s` : `items of class ${label}`;
}

/** Returns the items that are missing for any model, or else by gate.minItems; undefined if there are enough. */
export function missingItems({ minItems }: Pick<GateConfig, 'minItems'>, have: number): Shortfall | undefined {
  if (have < HARD_MINIMUM_ITEMS) return tooFewForAny(have);
  if (have >= minItems) return undefined;
  return shortfall('items', have, minItems, `${count(minItems)} items are required by gate.minItems in dataset.yaml`);
}

function tooFewForAny(have: number): Shortfall | undefined {
  if (have >= HARD_MINIMUM_ITEMS) return undefined;
  const advice = 'distinct, clean items are the minimum for any model';
  return shortfall('items', have, HARD_MINIMUM_ITEMS, `${HARD_MINIMUM_ITEMS} ${advice}`);
}

function emptySplits(splits: GateFacts['splits']): Shortfall[] {
  return Object.entries(splits)
    .filter(([, items]) => items === 0)
    .map(([split]) => ({
      what: `${split} items`,
      have: 0,
      need: 1,
      advice: `the ${split} split is empty: add items until it has some`,
    }));
}

/** Returns the requirements of dataset.yaml, beyond the hard minimum, that are not met. */
function shortfalls(gate: GateConfig, { distinctItems, byLabel, quality, newItems, trigger }: GateFacts): Shortfall[] {
  const { minPerClass, minQuality, minNewItems } = gate;
  const tooFew = missingItems(gate, distinctItems);
  const missing: Shortfall[] = tooFew ? [tooFew] : [];
  for (const [label, have] of Object.entries(byLabel)) {
    if (have < minPerClass)
      missing.push({
        what: `class ${label}`,
        have,
        need: minPerClass,
        advice: `${count(minPerClass - have)} more distinct ${manyOf(label)}: gate.minPerClass in dataset.yaml requires ${count(minPerClass)} in each class`,
      });
  }
  if (quality !== null && quality < minQuality)
    missing.push({
      what: 'quality',
      have: quality,
      need: minQuality,
      advice: `gate.minQuality in dataset.yaml requires a quality score of ${minQuality}; the report lists what raises it most`,
    });
  if (trigger === 'automatic' && newItems !== null && newItems < minNewItems)
    missing.push(
      shortfall(
        'new items',
        newItems,
        minNewItems,
        `gate.minNewItems in dataset.yaml requires ${count(minNewItems)} since the last run`,
      ),
    );
  return missing;
}

function shortfall(what: string, have: number, need: number, advice: string): Shortfall {
  return { what, have, need, advice: `${count(need - have)} more: ${advice}` };
}

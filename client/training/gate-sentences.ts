// The decision of the gate in words.
import { count } from '#core/base/format.ts';
import type { GateDecision } from '#core/snapshot/messages.ts';

/** Returns what is missing, by how much, and what to do; nothing where the gate passed without a shortfall. */
export function gateSentences({ outcome, missing, forcedBy }: GateDecision): string[] {
  const lines = missing.map(
    ({ what, have, need, advice }) =>
      `  ${what}: ${count(have)} of ${count(need)}. Missing: ${advice.replace(/\.+$/, '')}.`,
  );
  if (outcome !== 'passed') return ['There is not enough accepted data to train on:', ...lines];
  if (lines.length === 0) return [];
  return [`Training continues${forcedBy ? `, forced by ${forcedBy}` : ''}, but there is little data:`, ...lines];
}

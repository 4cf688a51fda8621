import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideGate, type GateFacts, HARD_MINIMUM_ITEMS } from '#core/gate.ts';
import { GateConfig } from '#core/gate-config.ts';

const GATE = GateConfig.parse({ minItems: 500 });
const facts = (more: Partial<GateFacts>): GateFacts => ({
  distinctItems: 1000,
  splits: { train: 800, validation: 100, test: 100 },
  trigger: 'manual',
  forcedBy: null,
  ...more,
});

test('enough data passes and misses nothing', () => {
  expect(decideGate(GATE, facts({}))).toEqual({ outcome: 'passed', missing: [], forcedBy: null });
});

test('too little to learn from is refused, even when forced, and says how much is missing', () => {
  const decision = decideGate(GATE, facts({ distinctItems: 20, forcedBy: 'ada' }));
  expect(decision).toMatchObject({ outcome: 'refused', forcedBy: 'ada' });
  expect(decision.missing).toHaveLength(1);
  expect(decision.missing[0]).toMatchObject({ what: 'items', have: 20, need: 32 });
  expect(decision.missing[0]?.advice).toMatch(/^12 more: 32 distinct, clean items/);
});

test('an empty split is refused and named', () => {
  const decision = decideGate(GATE, facts({ distinctItems: 40, splits: { train: 36, validation: 4, test: 0 } }));
  expect(decision.outcome).toBe('refused');
  expect(decision.missing[0]).toMatchObject({
    what: 'test items',
    have: 0,
    need: 1,
    advice: expect.stringContaining('test split is empty'),
  });
});

test.each([
  ['manual', null, 'passed'],
  ['automatic', null, 'blocked'],
  ['automatic', 'ada', 'passed'],
] as const)(
  'fewer than minItems: a %s run forced by %s is %s, and the shortfall is said',
  (trigger, forcedBy, outcome) => {
    const decision = decideGate(GATE, facts({ distinctItems: 100, trigger, forcedBy }));
    expect(decision).toMatchObject({ outcome, forcedBy, missing: [{ have: 100, need: 500 }] });
    expect(decision.missing[0]?.advice).toMatch(/^400 more: 500 items .*gate\.minItems/);
  },
);

test('below the hard minimum nothing passes, above it with all splits a manual run always does', () => {
  const splits = fc.record({ train: fc.nat(90), validation: fc.nat(9), test: fc.nat(9) });
  fc.assert(
    fc.property(splits, fc.constantFrom(null, 'ada'), (counts, forcedBy) => {
      const distinctItems = counts.train + counts.validation + counts.test;
      const { outcome } = decideGate(GATE, facts({ distinctItems, splits: counts, forcedBy }));
      const usable = distinctItems >= HARD_MINIMUM_ITEMS && Object.values(counts).every((items) => items > 0);
      expect(outcome).toBe(usable ? 'passed' : 'refused');
    }),
  );
});

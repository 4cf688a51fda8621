import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GateConfig } from '#core/kinds/gate-config.ts';
import { decideGate, type GateFacts, HARD_MINIMUM_ITEMS } from '#core/snapshot/gate.ts';

const GATE = GateConfig.parse({ minItems: 500 });
const facts = (more: Partial<GateFacts>): GateFacts => ({
  distinctItems: 1000,
  splits: { train: 800, validation: 100, test: 100 },
  byLabel: {},
  quality: 0.95,
  newItems: null,
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

test('large numbers are written with separators, as everywhere', () => {
  const [missing] = decideGate({ ...GATE, minItems: 20_000 }, facts({ distinctItems: 100 })).missing;
  expect(missing?.advice).toMatch(/^19,900 more: 20,000 items /);
});

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

test('each class is asked for its own least, in words that say how many of what', () => {
  const gate = GateConfig.parse({ minPerClass: 500 });
  const { outcome, missing } = decideGate(gate, facts({ byLabel: { cat: 912, dog: 88, '7': 499 } }));
  expect(outcome).toBe('passed');
  expect(missing.map(({ what, have, need }) => [what, have, need])).toEqual([
    ['class 7', 499, 500],
    ['class dog', 88, 500],
  ]);
  expect(missing[1]?.advice).toMatch(/^412 more distinct dogs: /);
  expect(missing[0]?.advice).toMatch(/^1 more distinct items of class 7: /);
});

test.each([
  [{ quality: 0.69 }, 'quality'],
  [{ newItems: 199 }, 'new items'],
  [{ byLabel: { dog: 19 } }, 'class dog'],
] as const)('an automatic run is held back by %o, named as %s', (change, what) => {
  const held = decideGate(GATE, facts({ ...change, trigger: 'automatic' }));
  expect(held.outcome).toBe('blocked');
  expect(held.missing.map((one) => one.what)).toEqual([what]);
  expect(decideGate(GATE, facts({ ...change, trigger: 'automatic', forcedBy: 'ada' })).outcome).toBe('passed');
});

test('new items are asked of automatic runs only; what was not judged is not held against the data', () => {
  expect(decideGate(GATE, facts({ newItems: 0 })).missing).toEqual([]);
  expect(decideGate(GATE, facts({ quality: null, newItems: null, trigger: 'automatic' })).outcome).toBe('passed');
});

test('a report is told what is missing, and no run comes of it', () => {
  expect(decideGate(GATE, facts({ trigger: 'report' }))).toEqual({ outcome: 'not-asked', missing: [], forcedBy: null });
  const few = decideGate(GATE, facts({ trigger: 'report', distinctItems: 100 }));
  expect(few).toMatchObject({ outcome: 'not-asked', missing: [{ have: 100, need: 500 }] });
});

test.each([
  ['items', { distinctItems: 500 }, { distinctItems: 499 }],
  ['class cat', { byLabel: { cat: 50 } }, { byLabel: { cat: 49 } }],
  ['quality', { quality: 0.7 }, { quality: 0.69 }],
  ['new items', { newItems: 200 }, { newItems: 199 }],
] as const)('exactly the %s that are asked for pass, one step less does not', (what, enough, less) => {
  const gate = GateConfig.parse({ minItems: 500, minPerClass: 50, minQuality: 0.7, minNewItems: 200 });
  const decide = (more: Partial<GateFacts>) =>
    decideGate(gate, facts({ trigger: 'automatic', newItems: 1000, ...more }));
  expect(decide(enough)).toEqual({ outcome: 'passed', missing: [], forcedBy: null });
  expect(decide(less)).toMatchObject({ outcome: 'blocked', missing: [{ what }] });
});

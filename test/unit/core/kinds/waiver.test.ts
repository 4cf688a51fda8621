import { expect, test } from 'vitest';
import { countInventory } from '#core/ingest/inventory.ts';
import type { Verdict } from '#core/ingest/messages.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import { actionUnder, rulesUnder, waivedItems, waiverIdOf } from '#core/kinds/waiver.ts';
import { keys, parseVerdictKey, plannedUnit, unitName, waivedUnitName } from '#core/store/keys.ts';

const UNIT = unitName(0, 1);
const ITEM = { path: 'a.txt', line: 3, codes: ['text.too-short' as const] };
const WAIVER = { waiverId: 'w', mode: 'release' as const, rules: ['text.too-short' as const], items: [ITEM] };
const PLACE = { dataset: 'names', configId: 'c', uploadId: 'u', sourceKey: 'names/a.txt', part: null, examples: [] };

test('a unit that is cleaned once more has a verdict of its own, which is told apart from the planned one', () => {
  const unit = waivedUnitName(UNIT, 'abc');
  const key = keys.verdict({ dataset: 'names', configId: 'c', uploadId: 'u', unit });
  expect(parseVerdictKey(key)).toMatchObject({ unit, unitCount: 1 });
  expect(plannedUnit(unit)).toBe(UNIT);
});

test('what cannot be read has no rule, so it is neither released nor fixed', () => {
  for (const mode of ['release', 'fix'] as const) {
    expect(actionUnder(definitionOf('image').rules, 'image.corrupt', mode)).toBeUndefined();
    expect(actionUnder(definitionOf('text').rules, 'text.syntax', mode)).toBeUndefined();
  }
  expect(actionUnder(definitionOf('text').rules, 'text.too-short', 'release')).toBe('off');
  expect(actionUnder(definitionOf('text').rules, 'text.too-short', 'fix')).toBeUndefined();
  expect(actionUnder(definitionOf('text').rules, 'text.too-long', 'fix')).toBe('fix');
});

test('a rule that mends already and could not is no way out', () => {
  const rules = (action: 'fix' | 'reject') => ({ 'text.encoding': { action } });
  expect(actionUnder(definitionOf('text').rules, 'text.encoding', 'fix', rules('fix'))).toBeUndefined();
  expect(actionUnder(definitionOf('text').rules, 'text.encoding', 'fix', rules('reject'))).toBe('fix');
});

test('only the rules of the waiver change, and their thresholds stay', () => {
  const inForce = {
    'text.too-short': { action: 'reject', min: 5 },
    'text.too-long': { action: 'reject' },
  } as const;
  expect(rulesUnder(WAIVER, definitionOf('text').rules, inForce)).toEqual({
    'text.too-short': { action: 'off', min: 5 },
    'text.too-long': { action: 'reject' },
  });
});

test('an item is known by its path and line', () => {
  const find = waivedItems(WAIVER);
  expect(find({ path: 'a.txt', line: 3 })).toEqual({ 'text.too-short': 1 });
  for (const other of [{ path: 'a.txt', line: 4 }, { path: 'a.txt', line: null }, { path: 'b.txt', line: 3 }, {}])
    expect(find(other)).toBeUndefined();
});

test('the same decision about the same items is the same waiver', () => {
  const decision = { schemaVersion: 1 as const, ...WAIVER, kind: 'text' as const, ...PLACE, unit: UNIT };
  expect(waiverIdOf(decision)).toBe(waiverIdOf({ ...decision, items: [{ ...ITEM }] }));
  expect(waiverIdOf(decision)).not.toBe(waiverIdOf({ ...decision, mode: 'fix' }));
});

test('a released item counts as accepted and no longer as rejected; one that is still rejected counts once', () => {
  const base: Verdict = {
    ...PLACE,
    unit: UNIT,
    items: { accepted: 5, rejected: 3 },
    byIssue: { 'text.too-short': 2, 'text.encoding': 1 },
  };
  const again: Verdict = {
    ...PLACE,
    unit: waivedUnitName(UNIT, 'w'),
    items: { accepted: 1, rejected: 1 },
    byIssue: { 'text.repetition': 1 },
    released: { 'text.too-short': 1 },
  };
  const uploads = [{ key: 'names/a.txt', uploadId: 'u', state: 'done' as const, verdictKeys: [] }];
  const counts = countInventory({ uploads }, { verdicts: [base, again], refusals: [] });
  expect(counts.items).toEqual({ accepted: 6, rejected: 2 });
  expect(counts.byIssue).toEqual({ 'text.too-short': 1, 'text.encoding': 1, 'text.repetition': 1 });
  expect(counts.uploads.partly).toBe(1);
});

test('an upload all of whose rejected items were released is accepted', () => {
  const base: Verdict = { ...PLACE, unit: UNIT, items: { accepted: 0, rejected: 1 }, byIssue: { 'text.too-short': 1 } };
  const again: Verdict = {
    ...PLACE,
    unit: waivedUnitName(UNIT, 'w'),
    items: { accepted: 1, rejected: 0 },
    byIssue: {},
    released: { 'text.too-short': 1 },
  };
  const uploads = [{ key: 'names/a.txt', uploadId: 'u', state: 'done' as const, verdictKeys: [] }];
  const counts = countInventory({ uploads }, { verdicts: [base, again], refusals: [] });
  expect(counts).toMatchObject({ uploads: { accepted: 1, partly: 0, rejected: 0 }, byIssue: {} });
});

test('an empty text cannot be let through: there would be no item', () => {
  expect(actionUnder(definitionOf('text').rules, 'text.empty', 'release')).toBeUndefined();
});

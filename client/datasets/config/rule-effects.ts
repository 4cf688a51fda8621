// Estimates, from stored measures, on how many accepted items a changed rule would act.
import { jsonList } from '#core/base/json/json-list.ts';
import type { Inventory } from '#core/ingest/inventory.ts';
import { readDetails } from '#core/ingest/inventory.ts';
import type { EffectiveConfig } from '#core/kinds/config.ts';
import type { Rule, RuleSetting } from '#core/kinds/define/rule.ts';
import type { RulesInForce } from '#core/kinds/define/rules-in-force.ts';
import type { IssueCode } from '#core/kinds/issues.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import { readSourceParts } from '#core/snapshot/read-source-parts.ts';
import type { Store } from '#core/store/store.ts';
import type { RuleEffect } from './output.ts';

const PARTS_AT_ONCE = 16;

type Row = Readonly<Record<string, unknown>>;
/** Returns whether the rule acts on an accepted item; undefined where stored facts do not tell. */
type Test = ((row: Row) => boolean) | undefined;

/** Reads only the columns that the changed rules need. Returns one effect for each rule that differs. */
export async function ruleEffects(
  data: Store,
  inventory: Inventory,
  before: EffectiveConfig,
  after: EffectiveConfig,
): Promise<RuleEffect[]> {
  const changed = changedRules(before.rules, after.rules);
  if (changed.length === 0 || before.kind !== after.kind) return [];
  const { rules } = definitionOf(after.kind);
  const details = await readDetails(data, inventory);
  const effects = changed.map((rule) => ({
    ...rule,
    test: testOf(rules[rule.code] as Rule, rule.code, rule.from, rule.to),
    items: 0,
  }));
  const parts = details.verdicts.flatMap(({ part }) =>
    part ? [{ ...part, rolled: details.rolled.get(part.key) }] : [],
  );
  const columns = [
    'flags',
    ...changed.flatMap(({ code }) => measuresOf(rules[code] as Rule).map(([, measure]) => measure)),
  ];
  await readSourceParts<Row>(
    data,
    parts.map((part, position) => ({ position, part })),
    {
      columns: [...new Set(columns)],
      atOnce: PARTS_AT_ONCE,
      visit: (_position, rows) => {
        for (const effect of effects) if (effect.test) effect.items += rows.filter(effect.test).length;
      },
    },
  );
  return effects.map(({ code, from, to, test, items }) => ({
    rule: code,
    action: to.action,
    items: test ? items : null,
    rejectedBefore:
      from.action === 'reject' ? details.verdicts.reduce((sum, verdict) => sum + (verdict.byIssue[code] ?? 0), 0) : 0,
  }));
}

function changedRules(before: RulesInForce, after: RulesInForce) {
  return (Object.entries(after) as [IssueCode, RuleSetting][]).flatMap(([code, to]) => {
    const from = before[code];
    const isSame = !from || Object.entries(to).every(([name, value]) => from[name] === value);
    return isSame ? [] : [{ code, from, to }];
  });
}

function testOf(rule: Rule, code: IssueCode, from: RuleSetting, to: RuleSetting): Test {
  if (to.action === 'off') return () => false;
  const measures = measuresOf(rule);
  const isMeasured = measures.length > 0 && measures.length === Object.keys(rule.settings ?? {}).length;
  if (isMeasured) return (row) => measures.some(([name, measure]) => isBeyond(name, row[measure], Number(to[name])));
  const hasSameLimits = Object.keys(rule.settings ?? {}).every((name) => from[name] === to[name]);
  if (hasSameLimits && from.action === 'flag') return ({ flags }) => jsonList(flags).includes(code);
  return undefined;
}

/** Returns the thresholds of a rule that are compared with a stored measure: the setting and the measure. */
function measuresOf({ settings = {} }: Rule): (readonly [string, string])[] {
  return Object.entries(settings).flatMap(([name, { measure }]) =>
    measure === undefined ? [] : [[name, measure] as const],
  );
}

function isBeyond(setting: string, value: unknown, limit: number): boolean {
  return typeof value === 'number' && (setting === 'min' ? value < limit : value > limit);
}

// All rules by kind of data, and how dataset.yaml sets them.
import * as z from 'zod';
import type { Kind } from '../base/names.ts';
import { AUDIO_RULES } from './audio/rules.ts';
import { type Rule, type RuleSetting, ruleSchema } from './define/rule.ts';
import { IMAGE_RULES } from './image/rules.ts';
import type { IssueCode } from './issues.ts';
import { ITEM_RULES } from './item-rules.ts';
import { TABLE_RULES } from './table/rules.ts';
import { TEXT_RULES } from './text/rules.ts';

type Rules = Partial<Record<IssueCode, Rule>>;
/** Every rule of a kind, as it is in force. */
export type RulesInForce = Readonly<Partial<Record<IssueCode, RuleSetting>>>;

export const RULES = {
  image: { ...ITEM_RULES, ...IMAGE_RULES },
  table: { ...ITEM_RULES, ...TABLE_RULES },
  text: { ...ITEM_RULES, ...TEXT_RULES },
  audio: { ...ITEM_RULES, ...AUDIO_RULES },
} as const satisfies Record<Kind, Rules>;

/** The `rules:` of a dataset.yaml of this kind, each code with what differs from the default. */
export function rulesSchema(kind: Kind): z.ZodType<RulesInForce, unknown> {
  const entries = Object.entries<Rule>(RULES[kind]).map(([code, rule]) => [code, ruleSchema(rule)]);
  return z.strictObject(Object.fromEntries(entries)).prefault({});
}

// The rules of a kind of data, and how dataset.yaml sets them.
import * as z from 'zod';
import type { IssueCode } from '../issues.ts';
import { type Rule, type RuleSetting, ruleSchema } from './rule.ts';

/** Every rule of a kind. */
export type Rules = Readonly<Partial<Record<IssueCode, Rule>>>;
/** Every rule of a kind, as it is in force. */
export type RulesInForce = Readonly<Partial<Record<IssueCode, RuleSetting>>>;

/**
 * Returns the schema of the section `rules:` of dataset.yaml: each code with the settings that differ from the default.
 */
export function rulesSchema(rules: Rules): z.ZodType<RulesInForce, unknown> {
  const entries = Object.entries<Rule>(rules).map(([code, rule]) => [code, ruleSchema(rule)]);
  return z.strictObject(Object.fromEntries(entries)).prefault({});
}

// A waiver: items of a unit that a person accepts, or has fixed, although a rule rejects them; and its record.
import * as z from 'zod';
import { hashOf } from '../base/hash.ts';
import { FirstVersion } from '../base/json/schema-version.ts';
import { KINDS } from '../base/names.ts';
import { countIssues, Issue, type IssueCounts } from './define/issue.ts';
import type { Action } from './define/rule.ts';
import type { Rules, RulesInForce } from './define/rules-in-force.ts';
import type { IssueCode } from './issues.ts';

const WAIVER_ID_LENGTH = 16;
/** If this rule is off, an empty text is left out without an issue, so releasing it has no effect. */
const NOTHING_TO_RELEASE: IssueCode = 'text.empty';
const code = Issue.shape.code;

/** release: the rules are not applied to the item. fix: they fix it. */
export const WaiverMode = z.enum(['release', 'fix']);
export type WaiverMode = z.infer<typeof WaiverMode>;

/** `codes`: the issues for which the item was rejected. */
const WaivedItem = z.strictObject({ path: z.string(), line: z.int().nullable(), codes: z.array(code).min(1) });
export type WaivedItem = z.infer<typeof WaivedItem>;

/** The part of a waiver that is sent with the unit that is cleaned again. */
export const UnitWaiver = z.strictObject({
  waiverId: z.string(),
  mode: WaiverMode,
  rules: z.array(code).min(1),
  items: z.array(WaivedItem).min(1),
});
export type UnitWaiver = z.infer<typeof UnitWaiver>;

/** waivers/<ds>/<waiverId>.json: who accepted which items, and when. It also applies under later configurations whose rules still reject them. */
export const Waiver = UnitWaiver.extend({
  schemaVersion: FirstVersion,
  dataset: z.string(),
  kind: z.enum(KINDS),
  configId: z.string(),
  uploadId: z.string(),
  /** The unit whose verdict rejected the items. */
  unit: z.string(),
  sourceKey: z.string(),
  by: z.string(),
  at: z.string(),
});
export type Waiver = z.infer<typeof Waiver>;

/** Returns the id of a waiver: the same decision about the same items has the same id, also if another person repeats it. */
export function waiverIdOf(decision: Omit<Waiver, 'schemaVersion' | 'waiverId' | 'by' | 'at'>): string {
  return hashOf(decision).slice(0, WAIVER_ID_LENGTH);
}

/**
 * Returns the action of a rule under a waiver. Returns undefined if the rule of the code does not allow the action, for example because the
 * item cannot be read, or if that action is already in force.
 */
export function actionUnder(
  rules: Rules,
  issue: IssueCode,
  mode: WaiverMode,
  inForce: RulesInForce = {},
): Action | undefined {
  if (issue === NOTHING_TO_RELEASE) return undefined;
  const wanted: readonly Action[] = mode === 'fix' ? ['fix'] : ['off', 'flag'];
  const action = wanted.find((one) => rules[issue]?.actions.includes(one));
  return action === inForce[issue]?.action ? undefined : action;
}

/** Returns the rules in force, with those of the waiver turned off or set to `fix`. */
export function rulesUnder({ mode, rules: codes }: UnitWaiver, rules: Rules, inForce: RulesInForce): RulesInForce {
  const changed = codes.flatMap((rule) => {
    const action = actionUnder(rules, rule, mode);
    return action ? [[rule, { ...inForce[rule], action }]] : [];
  });
  return { ...inForce, ...Object.fromEntries(changed) };
}

type Place = { readonly path?: string | undefined; readonly line?: number | null | undefined };

/** Returns a function that gives what the item at a place was rejected for; undefined for items outside the waiver. */
export function waivedItems({ items }: UnitWaiver): (place: Place) => IssueCounts | undefined {
  const byPlace = new Map(
    items.map((item) => [placeName(item), countIssues(item.codes.map((one) => ({ code: one })))]),
  );
  return (place) => byPlace.get(placeName(place));
}

/** Tells the items of a unit apart. */
export function placeName({ path = '', line }: Place): string {
  return `${line ?? ''}:${path}`;
}

/** The line of a rejected item; null where the item is a file. */
export function lineOf(issues: readonly Issue[]): number | null {
  return issues.find(({ place }) => place.line !== undefined)?.place.line ?? null;
}

/** Returns the codes of the issues for which an item was rejected, each once. */
export function issueCodesOf({ issues }: { readonly issues: readonly Issue[] }): IssueCode[] {
  return [...new Set(issues.map(({ code }) => code))];
}

// Decides what happens to an item with findings: the action of the rule in force.

import type { Issue } from './define/issue.ts';
import type { RulesInForce } from './define/rules-in-force.ts';
import type { IssueCode } from './issues.ts';

/** Something a rule looks for and found. `given` and `allowed` are for people. */
export type Finding = {
  readonly code: IssueCode;
  readonly place: Issue['place'];
  readonly given?: string;
  readonly allowed?: string;
};
export type Judgement = { readonly rejections: Issue[]; readonly flags: IssueCode[] };

/** A finding without a rule of its own is a rejection; `fix` has been done by whoever found it, so it leaves no mark here. */
export function judgeFindings(findings: readonly Finding[], rules: RulesInForce): Judgement {
  const judgement: Judgement = { rejections: [], flags: [] };
  for (const finding of findings) {
    const action = rules[finding.code]?.action ?? 'reject';
    if (action === 'reject') judgement.rejections.push({ ...finding });
    else if (action === 'flag') judgement.flags.push(finding.code);
  }
  return judgement;
}

/** A number as people read it. */
export function shownNumber(value: number): string {
  return String(Number(value.toPrecision(3)));
}

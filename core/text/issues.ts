// What can be wrong with a text.
import type { IssueKind } from '../issue-kind.ts';

export const TEXT_ISSUES = {} as const satisfies Record<`text.${string}`, IssueKind>;

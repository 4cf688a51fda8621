// What can be wrong with a table or one of its rows.
import type { IssueKind } from '../issue-kind.ts';

export const TABLE_ISSUES = {} as const satisfies Record<`table.${string}`, IssueKind>;

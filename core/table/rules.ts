// The rules for table data: what is looked for, what may be done about it, and from where on.
import type { Rule } from '../rule.ts';

export const TABLE_RULES = {} as const satisfies Partial<Record<`table.${string}` | 'item.personal-data', Rule>>;

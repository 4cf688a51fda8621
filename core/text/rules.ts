// The rules for text data: what is looked for, what may be done about it, and from where on.
import type { Rule } from '../rule.ts';

export const TEXT_RULES = {} as const satisfies Partial<Record<`text.${string}` | 'item.personal-data', Rule>>;

// Rules that hold for items of any kind.
import type { Rule } from './rule.ts';

export const ITEM_RULES = {
  'item.no-label': { actions: ['flag', 'reject', 'off'] },
  'item.no-license': { actions: ['off', 'flag', 'reject'] },
} as const satisfies Record<`item.${string}`, Rule>;

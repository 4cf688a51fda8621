// The rules for table data: what is looked for, and what may be done about it. Thresholds lie in the schema of the table.
import type { Rule } from '../define/rule.ts';

export const TABLE_RULES = {
  /** fix: bytes that are no UTF-8 are read in the encoding found, where that is sure enough, and the rows flagged. */
  'table.encoding': {
    actions: ['fix', 'reject'],
    settings: { minConfidence: { default: 50, least: 0, most: 100, unit: 'of 100' } },
  },
  'table.encoding-detected': { actions: ['flag', 'reject', 'off'] },
  'table.no-header': { actions: ['reject', 'off'] },
  /** fix: the second of two equal names gets a number. */
  'table.duplicate-header': { actions: ['reject', 'fix'] },
  /** flag, off: the column is empty in all rows. */
  'table.missing-column': { actions: ['reject', 'flag', 'off'] },
  'table.unknown-column': { actions: ['flag', 'reject', 'off'] },
  /** fix: missing cells are empty; a row with too many is still rejected. */
  'table.ragged-row': { actions: ['reject', 'fix'] },
  /** flag, off, here and below: the cell becomes empty where its value has no place in the column. */
  'table.type': { actions: ['reject', 'flag', 'off'] },
  'table.null': { actions: ['reject', 'flag', 'off'] },
  'table.range': { actions: ['reject', 'flag', 'off'] },
  'table.category': { actions: ['reject', 'flag', 'off'] },
  'table.pattern': { actions: ['reject', 'flag', 'off'] },
  'table.unique': { actions: ['reject', 'flag', 'off'] },
  'table.row-rule': { actions: ['reject', 'flag', 'off'] },
  'table.stale': { actions: ['flag', 'reject', 'off'] },
  'table.formula': { actions: ['flag', 'reject', 'off'] },
  'table.space': { actions: ['fix', 'flag', 'reject', 'off'] },
  'table.null-token': { actions: ['fix', 'flag', 'reject', 'off'] },
  'table.spelling': { actions: ['fix', 'flag', 'reject', 'off'] },
  'table.date-format': { actions: ['fix', 'flag', 'reject'] },
  'table.decimal-comma': { actions: ['fix', 'flag', 'reject'] },
  'table.unit': { actions: ['fix', 'flag', 'reject'] },
  /** Tables repeat rows legitimately; a declared key (table.key) is table.unique. */
  'item.duplicate': { actions: ['flag', 'reject', 'off'] },
  /** fix: what is found is replaced by its kind in brackets. */
  'item.personal-data': { actions: ['flag', 'fix', 'reject', 'off'] },
} as const satisfies Partial<Record<`table.${string}` | 'item.duplicate' | 'item.personal-data', Rule>>;

// The rules for tables: what is checked and the possible actions. The thresholds are in the schema of the table.
import type { Rule } from '../define/rule.ts';

export const TABLE_RULES = {
  /** fix: bytes that are not UTF-8 are decoded in the detected encoding if its confidence suffices, and the rows are flagged. */
  'table.encoding': {
    actions: ['fix', 'reject'],
    settings: { minConfidence: { default: 50, least: 0, most: 100, unit: 'detector confidence, 0 to 100' } },
  },
  'table.encoding-detected': { actions: ['flag', 'reject', 'off'] },
  'table.no-header': { actions: ['reject', 'off'] },
  'table.preamble': { actions: ['flag', 'reject', 'off'] },
  /** fix: a number is appended to the second of two equal names. */
  'table.duplicate-header': { actions: ['reject', 'fix'] },
  /** flag and off: the column is empty in all rows. */
  'table.missing-column': { actions: ['reject', 'flag', 'off'] },
  'table.unknown-column': { actions: ['flag', 'reject', 'off'] },
  /** fix: missing cells become empty; those too many are joined to the last one where that is the only reading. */
  'table.ragged-row': { actions: ['reject', 'fix'] },
  /** flag and off, here and below: the cell becomes empty if the column cannot hold its value. */
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
  'table.number-format': { actions: ['fix', 'flag', 'reject'] },
  'table.decimal-comma': { actions: ['fix', 'flag', 'reject'] },
  'table.unit': { actions: ['fix', 'flag', 'reject'] },
  /** Repeated rows are legitimate in tables; a declared key (table.key) is checked by table.unique. */
  'item.duplicate': { actions: ['flag', 'reject', 'off'] },
  /** fix: each match is replaced by its kind in brackets. */
  'item.personal-data': { actions: ['flag', 'fix', 'reject', 'off'] },
} as const satisfies Partial<Record<`table.${string}` | 'item.duplicate' | 'item.personal-data', Rule>>;

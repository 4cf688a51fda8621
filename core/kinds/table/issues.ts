// The issue codes of tables and their rows.
import { fix, flag, type IssueKind, reject } from '../define/issue-kind.ts';

export const TABLE_ISSUES = {
  'table.corrupt': reject('accuracy', 'The table cannot be read.', 'Export it again from its source.'),
  'table.too-large': reject(
    'consistency',
    'The table exceeds the size limit, as a file or unpacked.',
    'Split it into smaller files.',
  ),
  'table.encrypted': reject('consistency', 'The table is encrypted.', 'Export it without encryption.'),
  'table.sheet': reject(
    'consistency',
    'The workbook has sheets, titles or rows that are more than one table.',
    'Name the sheet in dataset.yaml (table.sheet), or save it by itself.',
  ),
  'table.json-shape': flag(
    'consistency',
    'The rows of the JSON are not the values at its top as they stand.',
    'No action needed, if the rows are the right ones; otherwise write them as JSONL, one object a line.',
  ),
  'table.empty': reject('completeness', 'The table has no rows.', 'Check the export.'),
  'table.encoding': reject(
    'accuracy',
    'The bytes are invalid in the encoding of the table, or the encoding cannot be detected with confidence.',
    'Save it as UTF-8, or set table.encoding in dataset.yaml.',
  ),
  'table.encoding-detected': flag(
    'consistency',
    'The character encoding was detected from the bytes and may be wrong.',
    'Check the non-ASCII characters; set table.encoding in dataset.yaml to be sure.',
  ),
  'table.no-header': reject(
    'completeness',
    'The first line looks like a row, not like the names of the columns.',
    'Set table.header in dataset.yaml: false if it is a row, true if it holds the names.',
  ),
  'table.layout': reject(
    'consistency',
    'How the file separates its cells cannot be told.',
    'Export it as CSV with a comma, a semicolon or a tab between cells.',
  ),
  'table.preamble': flag(
    'consistency',
    'Lines above the names of the columns, such as a title or comments, were left out.',
    'Remove them to be sure that the right line names the columns.',
  ),
  'table.label-row': reject(
    'consistency',
    'A row right below the names of the columns holds units or descriptions instead of data.',
    'Remove the row.',
  ),
  'table.duplicate-header': reject(
    'consistency',
    'Two columns have the same name.',
    'Rename one of them, or let the rule number them (action: fix).',
  ),
  'table.schema': reject(
    'consistency',
    'The schema file of the table is invalid.',
    'Correct the line shown (goldpan schema edit). The previous version stays in force.',
  ),
  'table.missing-column': reject(
    'completeness',
    'The table lacks a column of the schema.',
    'Add the column, or accept a schema without it (goldpan schema accept).',
  ),
  'table.unknown-column': flag(
    'consistency',
    'The column is not in the schema and is ignored.',
    'Add it to the schema (goldpan schema accept), or remove it from the file.',
  ),
  'table.ragged-row': reject(
    'consistency',
    'The row has a different number of cells than the header.',
    'Correct the line shown.',
  ),
  'table.quote': reject(
    'accuracy',
    'A quoted cell has no closing quote, or has text after it.',
    'Write a quote inside a quoted cell as two quotes.',
  ),
  'table.json-syntax': reject('accuracy', 'The line is not valid JSON.', 'Correct the line shown.'),
  'table.depth': reject('consistency', 'The value exceeds the limit on nesting depth.', 'Flatten it.'),
  'table.non-finite': reject('accuracy', 'The number is not finite (NaN or infinity).', 'Leave the cell empty.'),
  'table.type': reject(
    'accuracy',
    'The value does not have the type of its column.',
    'Correct it, or leave the cell empty.',
  ),
  'table.null': reject(
    'completeness',
    'The cell is empty, but its column is not nullable.',
    'Fill in the value, or make the column nullable.',
  ),
  'table.range': reject(
    'accuracy',
    'The number or date is out of the range of its column.',
    'Correct it, or widen the range in the schema.',
  ),
  'table.category': reject(
    'consistency',
    'The value is not one of the categories of its column.',
    'Correct it, or add the category to the schema.',
  ),
  'table.pattern': reject(
    'consistency',
    'The value does not match the pattern of its column.',
    'Correct it, or change the pattern in the schema.',
  ),
  'table.unique': reject('consistency', 'The value occurs more than once in a unique column.', 'Keep one of the rows.'),
  'table.row-rule': reject('consistency', 'The row violates a row rule of the schema.', 'Correct the row.'),
  'table.stale': flag('timeliness', 'The row is older than the schema allows (maxAgeDays).', 'Export newer data.'),
  'table.formula': flag(
    'accuracy',
    'The cell could run as a spreadsheet formula (CSV injection).',
    'Do not open the file in a spreadsheet, or reject such rows (action: reject).',
  ),
  'table.space': fix('accuracy', 'Cells have leading or trailing white space.', 'No action needed: it is trimmed.'),
  'table.null-token': fix(
    'completeness',
    'A placeholder such as NA or ? marks a missing value.',
    'No action needed: the cell is treated as empty.',
  ),
  'table.spelling': fix(
    'consistency',
    'A category differs from the schema in case or white space.',
    'No action needed: it is replaced by the spelling of the schema.',
  ),
  'table.date-format': fix(
    'consistency',
    'A date or time is not in ISO 8601 format, not in UTC, or finer than a microsecond.',
    'No action needed: it is converted.',
  ),
  'table.number-format': fix(
    'consistency',
    'A whole number is written with a fraction of zero, such as 7.0, or commas stand between thousands, as in 1,234.56.',
    'No action needed: it is stored as the number that it is.',
  ),
  'table.decimal-comma': fix(
    'consistency',
    'The number uses a decimal comma.',
    'No action needed: it is converted to a decimal point.',
  ),
  'table.unit': fix(
    'consistency',
    'The cell contains a unit beside the number.',
    'No action needed: the unit is removed.',
  ),
} as const satisfies Record<`table.${string}`, IssueKind>;

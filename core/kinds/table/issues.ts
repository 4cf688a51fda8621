// What can be wrong with a table or one of its rows.
import { fix, flag, type IssueKind, reject } from '../define/issue-kind.ts';

export const TABLE_ISSUES = {
  'table.corrupt': reject('accuracy', 'The table cannot be read.', 'Export it again from its source.'),
  'table.too-large': reject(
    'consistency',
    'The table, or what it unpacks to, is larger than is taken in.',
    'Split it into smaller files.',
  ),
  'table.encrypted': reject('consistency', 'The table is encrypted.', 'Export it without a key.'),
  'table.empty': reject('completeness', 'The table has no rows.', 'Check what was exported.'),
  'table.encoding': reject(
    'accuracy',
    'The bytes are not valid in the encoding of the table, or no encoding is certain.',
    'Save it as UTF-8, or name its encoding in dataset.yaml (table.encoding).',
  ),
  'table.encoding-detected': flag(
    'consistency',
    'The encoding was recognised from the bytes.',
    'Look at letters beyond ASCII; name the encoding in dataset.yaml (table.encoding) to be sure.',
  ),
  'table.no-header': reject(
    'completeness',
    'The first line does not name the columns: most of it is numbers, or nothing.',
    'Put the names of the columns in the first line, and no title above it.',
  ),
  'table.duplicate-header': reject(
    'consistency',
    'Two columns have the same name.',
    'Rename one, or let the rule number them (action: fix).',
  ),
  'table.schema': reject(
    'consistency',
    'The schema of the table is not as it must be.',
    'Correct the line named (goldpan schema edit); the earlier version stays in force.',
  ),
  'table.missing-column': reject(
    'completeness',
    'A column of the schema is not there.',
    'Add the column, or accept a schema without it (goldpan schema accept).',
  ),
  'table.unknown-column': flag(
    'consistency',
    'The schema does not know the column; it is left out.',
    'Add it to the schema (goldpan schema accept) or leave it out.',
  ),
  'table.ragged-row': reject('consistency', 'The row has not as many cells as the header.', 'Correct the line named.'),
  'table.quote': reject(
    'accuracy',
    'A quoted cell is not closed, or goes on after its closing quote.',
    'Double the quotes inside of quoted cells.',
  ),
  'table.json-syntax': reject('accuracy', 'The line is not valid JSON.', 'Correct the line named.'),
  'table.depth': reject('consistency', 'The value is nested too deep.', 'Flatten it.'),
  'table.non-finite': reject('accuracy', 'The number is not finite.', 'Leave the cell empty.'),
  'table.type': reject('accuracy', 'The value is not of the type of its column.', 'Correct it or leave it empty.'),
  'table.null': reject('completeness', 'The cell is empty although its column is not nullable.', 'Fill it in.'),
  'table.range': reject('accuracy', 'The number or date lies outside its range.', 'Correct it or widen the range.'),
  'table.category': reject(
    'consistency',
    'The value is none of the categories of its column.',
    'Correct it, or add the category to the schema.',
  ),
  'table.pattern': reject('consistency', 'The value does not match the pattern of its column.', 'Correct it.'),
  'table.unique': reject('consistency', 'The value was there before in a column without repeats.', 'Keep one row.'),
  'table.row-rule': reject('consistency', 'The row breaks a rule across columns.', 'Correct the row.'),
  'table.stale': flag('timeliness', 'The row is older than the schema allows.', 'Export newer data.'),
  'table.formula': flag(
    'accuracy',
    'The cell begins as a spreadsheet formula does.',
    'Keep it away from spreadsheets, or reject such rows.',
  ),
  'table.space': fix('accuracy', 'Cells have white space around them.', 'Nothing: it is trimmed.'),
  'table.null-token': fix('completeness', 'A word such as NA or ? stands for an empty cell.', 'Nothing: it is empty.'),
  'table.spelling': fix(
    'consistency',
    'A category is written in other letters or with other spaces.',
    'Nothing: it is written as in the schema.',
  ),
  'table.date-format': fix('consistency', 'A date is not written as ISO 8601 says.', 'Nothing: it is rewritten.'),
  'table.decimal-comma': fix(
    'consistency',
    'A comma stands before the fraction of a number.',
    'Nothing: the number is kept, as others are written.',
  ),
  'table.unit': fix('consistency', 'The unit stands beside the number.', 'Nothing: the number is kept.'),
} as const satisfies Record<`table.${string}`, IssueKind>;

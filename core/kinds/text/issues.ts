// What can be wrong with a text.
import { fix, flag, type IssueKind, reject } from '../define/issue-kind.ts';

export const TEXT_ISSUES = {
  'text.encoding': reject(
    'accuracy',
    'The bytes are not valid in the encoding of the text.',
    'Save it as UTF-8, or name its encoding in dataset.yaml (text.encoding).',
  ),
  'text.type-not-allowed': reject('consistency', 'The file is no text.', 'Leave it out or extract its text first.'),
  'text.syntax': reject('accuracy', 'The line is not valid JSON or CSV.', 'Correct the line named.'),
  'text.missing-column': reject(
    'completeness',
    'The column of the text is not there.',
    'Name the column in dataset.yaml (text.column) as the file does.',
  ),
  'text.empty': reject('completeness', 'The text is empty.', 'Leave it out.'),
  'text.too-short': reject(
    'completeness',
    'The text is too short.',
    'Leave it out, or lower the bound in dataset.yaml (rules: text.too-short).',
  ),
  'text.too-long': reject(
    'consistency',
    'The text is longer than is taken in.',
    'Split it, raise text.maxLength in dataset.yaml, or let the rule cut it (action: fix).',
  ),
  'text.mojibake': fix('accuracy', 'UTF-8 was read as Windows-1252 once too often.', 'Nothing: it is repaired.'),
  'text.control-characters': fix('accuracy', 'The text holds control characters.', 'Nothing: they are removed.'),
  'text.invisible-characters': fix(
    'accuracy',
    'The text holds zero-width or direction-changing characters that hide or reorder it.',
    'Nothing: they are removed.',
  ),
  'text.not-normalized': fix(
    'consistency',
    'The text was not in Unicode normal form C, had foreign line ends or white space around it.',
    'Nothing: it is brought into one form.',
  ),
  'text.lost-characters': flag(
    'accuracy',
    'The text holds replacement characters: what stood there was lost before the upload.',
    'Convert it again from its source.',
  ),
  'text.repetition': flag('accuracy', 'The text repeats itself.', 'Check whether it belongs in the dataset.'),
  'text.boilerplate': flag(
    'accuracy',
    'Much of the text are lines that stand in many other documents too.',
    'Let the rule remove them (action: fix).',
  ),
  'text.language': flag(
    'consistency',
    'The text is in a language that hardly any other document has.',
    'Leave it out, or keep it in a dataset of its own.',
  ),
  'text.language-not-allowed': reject(
    'consistency',
    'The text is in a language that is none of those listed in text.languages.',
    'Leave it out, or add its language to text.languages in dataset.yaml.',
  ),
} as const satisfies Record<`text.${string}`, IssueKind>;

// The issue codes of texts.
import { fix, flag, type IssueKind, reject } from '../define/issue-kind.ts';

export const TEXT_ISSUES = {
  'text.encoding': reject(
    'accuracy',
    'The bytes are invalid in the encoding of the text.',
    'Save it as UTF-8, or set text.encoding in dataset.yaml.',
  ),
  'text.type-not-allowed': reject(
    'consistency',
    'The file is not a text file.',
    'Leave it out, or extract its text first.',
  ),
  'text.broken-document': reject(
    'accuracy',
    'The document cannot be read.',
    'Open it in the program that made it, and save it again.',
  ),
  'text.scan': reject(
    'completeness',
    'The PDF document has pictures of its pages, and no text.',
    'Recognise its text first, for example with `ocrmypdf FILE NEW.pdf`.',
  ),
  'text.syntax': reject(
    'accuracy',
    'The line is not valid JSON or CSV, or the tune is not one of ABC notation.',
    'Correct the line or tune shown.',
  ),
  'text.missing-column': reject(
    'completeness',
    'The file lacks the text column.',
    'Set text.column in dataset.yaml to the column that contains the text.',
  ),
  'text.missing-source': reject(
    'completeness',
    'The record has no source, which its text would answer.',
    'Set text.source in dataset.yaml to the column that contains the sources, or fill it in.',
  ),
  'text.empty': reject('completeness', 'The text is empty.', 'Leave it out.'),
  'text.too-short': reject(
    'completeness',
    'The text is too short.',
    'Leave it out, or lower the threshold in dataset.yaml (rules: text.too-short).',
  ),
  'text.too-long': reject(
    'consistency',
    'The text exceeds the length limit.',
    'Split it, raise text.maxLength in dataset.yaml, or let the rule truncate it (action: fix).',
  ),
  'text.mojibake': fix(
    'accuracy',
    'The text contains mojibake (UTF-8 decoded as Windows-1252).',
    'No action needed: it is repaired.',
  ),
  'text.control-characters': fix(
    'accuracy',
    'The text contains control characters.',
    'No action needed: they are removed.',
  ),
  'text.invisible-characters': fix(
    'accuracy',
    'The text contains zero-width or bidirectional control characters, which can hide or reorder it.',
    'No action needed: they are removed.',
  ),
  'text.not-normalized': fix(
    'consistency',
    'The text is not in Unicode normal form C (NFC), or has CRLF line endings or surrounding white space.',
    'No action needed: it is normalised.',
  ),
  'text.lost-characters': flag(
    'accuracy',
    'The text contains replacement characters (U+FFFD): characters were lost before the upload.',
    'Convert it again from its source.',
  ),
  'text.repetition': flag('accuracy', 'The text is repetitive.', 'Check whether it belongs in the dataset.'),
  'text.boilerplate': flag(
    'accuracy',
    'Much of the text is boilerplate: lines that many other documents contain too.',
    'Let the rule remove those lines (action: fix).',
  ),
  'text.fixed-width': flag(
    'consistency',
    'The lines are rows of a table, whose columns begin or end at fixed places.',
    'They are kept as texts. For a table, write the file as CSV, as pandas.read_fwf("FILE", header=None).to_csv("NAME.csv", index=False) does in Python.',
  ),
  'text.language': flag(
    'consistency',
    'The language of the text is rare in the dataset.',
    'Leave it out, or move it to a dataset of its own.',
  ),
  'text.language-not-allowed': reject(
    'consistency',
    'The language of the text is not listed in text.languages.',
    'Leave it out, or add its language to text.languages in dataset.yaml.',
  ),
} as const satisfies Record<`text.${string}`, IssueKind>;

// The closed list of everything that can be wrong with what is dropped: code -> what it means and what to do.
import * as z from 'zod';
import { AUDIO_ISSUES } from './audio/issues.ts';
import { flag, type IssueKind, reject } from './define/issue-kind.ts';
import { IMAGE_ISSUES } from './image/issues.ts';
import { TABLE_ISSUES } from './table/issues.ts';
import { TEXT_ISSUES } from './text/issues.ts';

export const ISSUES = {
  'upload.empty': reject('completeness', 'The file is empty.', 'Upload it again; the first try may have been cut off.'),
  'upload.too-large': reject('consistency', 'The file is larger than is taken in.', 'Split it into smaller files.'),
  'upload.type-not-allowed': reject(
    'consistency',
    'The content is of a type that this dataset does not take, whatever its name says.',
    'Convert it to an allowed type or leave it out.',
  ),
  'upload.superseded': reject(
    'timeliness',
    'A newer version of the file had replaced it before it was read.',
    'Nothing: the newer version counts.',
  ),
  'upload.outside-dataset': reject(
    'consistency',
    'The key does not lie in a dataset folder.',
    'Drop it under <dataset>/, a name of a-z, 0-9 and -.',
  ),
  'upload.sidecar': reject(
    'accuracy',
    'The sidecar cannot be read, so it labels nothing.',
    'Correct the line named and drop it again.',
  ),
  'archive.unsafe-name': reject(
    'consistency',
    'An entry of the archive has a name that leaves its folder.',
    'Pack the archive again with relative names.',
  ),
  'archive.too-many-entries': reject(
    'consistency',
    'The archive has more entries than are taken in.',
    'Split it into several archives.',
  ),
  'archive.too-large': reject(
    'consistency',
    'The archive unpacks to more bytes than are taken in.',
    'Split it into several archives.',
  ),
  'archive.ratio': reject(
    'consistency',
    'An entry unpacks to far more bytes than it is packed in, as a zip bomb does.',
    'Leave that entry out, or upload it by itself.',
  ),
  'archive.corrupt': reject('accuracy', 'The archive cannot be read.', 'Pack it again.'),
  'archive.encrypted': reject('consistency', 'The archive is encrypted.', 'Pack it without a password.'),
  'archive.no-items': reject('completeness', 'The archive holds no file.', 'Pack the folder that holds the files.'),
  'item.duplicate': reject('consistency', 'The same content is in the dataset already.', 'Nothing: one copy is kept.'),
  'item.near-duplicate': flag(
    'consistency',
    'Almost the same content is in the dataset already.',
    'Keep the best one, or let the rule leave the others out (action: reject).',
  ),
  'item.outlier': flag(
    'accuracy',
    'The item is unlike all the others.',
    'Look at it: leave it out if it does not belong, add more of its like if it does.',
  ),
  'item.synthetic': flag('accuracy', 'The item was made by a model.', 'Train on real data.'),
  'item.personal-data': flag(
    'consistency',
    'The item holds personal data.',
    'Let the rule mask it (action: fix), or leave the item out.',
  ),
  'item.no-license': flag(
    'completeness',
    'The item has no licence.',
    'State it in dataset.yaml (license), or in the sidecar for each item.',
  ),
  'item.no-label': flag(
    'completeness',
    'The item has no label although the dataset is labelled.',
    'Put it in the folder of its class, or name its label in the sidecar or column that labels the dataset.',
  ),
  'config.unknown-key': reject(
    'consistency',
    'dataset.yaml has a key that does not exist.',
    'Correct or remove the key; the earlier configuration stays in force.',
  ),
  'config.invalid': reject(
    'consistency',
    'dataset.yaml has a value that is not allowed.',
    'Correct the value; the earlier configuration stays in force.',
  ),
  'config.syntax': reject(
    'accuracy',
    'dataset.yaml is not valid YAML.',
    'Correct the line named; the earlier configuration stays in force.',
  ),
  ...IMAGE_ISSUES,
  ...TABLE_ISSUES,
  ...TEXT_ISSUES,
  ...AUDIO_ISSUES,
} as const satisfies Record<string, IssueKind>;

export type IssueCode = keyof typeof ISSUES;
const CODES = Object.keys(ISSUES) as [IssueCode, ...IssueCode[]];

/** Where in an upload: a file inside an archive, a line, a column, a key of the configuration. */
const Place = z.strictObject({
  path: z.string().optional(),
  line: z.int().optional(),
  column: z.string().optional(),
  key: z.string().optional(),
});

export const Issue = z.strictObject({
  code: z.enum(CODES),
  place: Place,
  given: z.string().optional(),
  allowed: z.string().optional(),
});
export type Issue = z.infer<typeof Issue>;

export const IssueCounts = z.partialRecord(z.enum(CODES), z.int().positive());
export type IssueCounts = z.infer<typeof IssueCounts>;

/** A sentence for people: what is wrong, where, what was given, what is allowed, what to do. */
export function describeIssue({ code, place, given, allowed }: Issue): string {
  const { sentence, remedy } = ISSUES[code];
  const where = [place.path, place.line === undefined ? undefined : `line ${place.line}`, place.column, place.key];
  const facts = [
    given === undefined ? undefined : `given: ${given}`,
    allowed === undefined ? undefined : `allowed: ${allowed}`,
  ];
  const at = where.filter((part) => part !== undefined).join(', ');
  const detail = facts.filter((part) => part !== undefined).join('; ');
  return `${at ? `${at}: ` : ''}${sentence}${detail ? ` (${detail})` : ''} ${remedy}`;
}

export function countIssues(issues: Iterable<{ code: IssueCode }>): IssueCounts {
  const counts: IssueCounts = {};
  for (const { code } of issues) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

export function addCounts(into: IssueCounts, more: IssueCounts): IssueCounts {
  for (const [code, count] of Object.entries(more) as [IssueCode, number][]) into[code] = (into[code] ?? 0) + count;
  return into;
}

/** The counterpart of addCounts; a code that comes to nothing is left out. */
export function subtractCounts(from: IssueCounts, fewer: IssueCounts): IssueCounts {
  for (const [code, count] of Object.entries(fewer) as [IssueCode, number][]) {
    const left = (from[code] ?? 0) - count;
    if (left > 0) from[code] = left;
    else delete from[code];
  }
  return from;
}

// An issue: what is wrong with an item, an upload or a configuration, and where. issues.ts explains the codes.
import * as z from 'zod';
import type { IssueCode } from '../issues.ts';

const CODE = /^[a-z]+\.[a-z]+(-[a-z]+)*$/;

/** Codes are read by their form alone: a document may name one that another version knows, and one kind's code needs no other's. */
const Code = z.string().regex(CODE) as unknown as z.ZodType<IssueCode, IssueCode> & z.core.$ZodRecordKey;

/** The position in an upload: a file in an archive, a line, a column, or a key of the configuration. */
const Place = z.strictObject({
  path: z.string().optional(),
  line: z.int().optional(),
  column: z.string().optional(),
  key: z.string().optional(),
});

export const Issue = z.strictObject({
  code: Code,
  place: Place,
  given: z.string().optional(),
  allowed: z.string().optional(),
  /** Advice that is more specific than that of the code, for example the command that converts a format. */
  remedy: z.string().optional(),
});
export type Issue = z.infer<typeof Issue>;

export type IssueCounts = Partial<Record<IssueCode, number>>;
export const IssueCounts = z.record(z.string().regex(CODE), z.int().positive()) as unknown as z.ZodType<
  IssueCounts,
  IssueCounts
>;

export function countIssues(issues: Iterable<{ code: IssueCode }>): IssueCounts {
  const counts: IssueCounts = {};
  for (const { code } of issues) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

export function addCounts(into: IssueCounts, more: IssueCounts): IssueCounts {
  for (const [code, count] of Object.entries(more) as [IssueCode, number][]) into[code] = (into[code] ?? 0) + count;
  return into;
}

/** Subtracts counts; codes whose count becomes zero are left out. */
export function subtractCounts(from: IssueCounts, fewer: IssueCounts): IssueCounts {
  for (const [code, count] of Object.entries(fewer) as [IssueCode, number][]) {
    const left = (from[code] ?? 0) - count;
    if (left > 0) from[code] = left;
    else delete from[code];
  }
  return from;
}

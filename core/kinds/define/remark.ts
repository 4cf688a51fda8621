// A remark about a whole upload, in addition to the verdicts on its items: for example entries that are not data, or names decoded with a
// code page.
import * as z from 'zod';
import { Issue } from './issue.ts';

const MOST_EXAMPLES = 5;
const LONGEST_EXAMPLE = 200;

/**
 * `items`: the number of entries concerned. `given`: what was found, for people. `examples`: the paths of the first few entries.
 */
export const Remark = z.object({
  code: Issue.shape.code,
  items: z.int().positive(),
  given: z.string().optional(),
  examples: z.array(z.string()).max(MOST_EXAMPLES),
});
export type Remark = z.infer<typeof Remark>;

/** Returns undefined if there are no paths. */
export function remarkOn(code: Remark['code'], paths: readonly string[], given?: string): Remark | undefined {
  if (paths.length === 0) return undefined;
  const examples = paths.slice(0, MOST_EXAMPLES).map((path) => path.slice(0, LONGEST_EXAMPLE));
  return { code, items: paths.length, ...(given !== undefined && { given }), examples };
}

/** Joins remarks with the same code and finding; the order of first appearance is kept. */
export function joinRemarks(remarks: Iterable<Remark>): Remark[] {
  const joined = new Map<string, Remark>();
  for (const remark of remarks) {
    const name = `${remark.code} ${remark.given ?? ''}`;
    const before = joined.get(name);
    const examples = [...(before?.examples ?? []), ...remark.examples].slice(0, MOST_EXAMPLES);
    joined.set(name, { ...remark, items: (before?.items ?? 0) + remark.items, examples });
  }
  return [...joined.values()];
}

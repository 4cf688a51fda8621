// What was noticed about an upload as a whole, beside the verdicts on its items: entries that are no data, names read by a code page.
import * as z from 'zod';
import { Issue } from './issue.ts';

const MOST_EXAMPLES = 5;
const LONGEST_EXAMPLE = 200;

/** `items`: how many entries it concerns. `given`: what was found, for people. `examples`: paths of the first few. */
export const Remark = z.object({
  code: Issue.shape.code,
  items: z.int().positive(),
  given: z.string().optional(),
  examples: z.array(z.string()).max(MOST_EXAMPLES),
});
export type Remark = z.infer<typeof Remark>;

/** Undefined for no path. */
export function remarkOn(code: Remark['code'], paths: readonly string[], given?: string): Remark | undefined {
  if (paths.length === 0) return undefined;
  const examples = paths.slice(0, MOST_EXAMPLES).map((path) => path.slice(0, LONGEST_EXAMPLE));
  return { code, items: paths.length, ...(given !== undefined && { given }), examples };
}

/** Those with the same code and the same finding as one, the first first. */
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

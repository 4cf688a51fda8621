// Counts rejected items by code, by upload and by file.
import { addCounts, countIssues, type IssueCounts } from '#core/kinds/define/issue.ts';
import type { LocatedRejection } from './held-items.ts';
import type { QuarantineOutput } from './output.ts';

/** `done` returns the most rejected first, and only files of which several items were rejected. */
export function openCounts() {
  const byIssue: IssueCounts = {};
  const uploads = new Map<string, QuarantineOutput['uploads'][number]>();
  const files = new Map<string, QuarantineOutput['files'][number]>();
  const add = <T extends { rejected: number; byIssue: IssueCounts }>(into: Map<string, T>, name: string, fresh: T) => {
    const found = into.get(name) ?? fresh;
    into.set(name, found);
    return found;
  };
  return {
    add({ key, path, issues }: LocatedRejection) {
      const counts = countIssues(issues);
      addCounts(byIssue, counts);
      const upload = add(uploads, key, { key, rejected: 0, byIssue: {} });
      const file = add(files, `${key}\n${path}`, { key, path, rejected: 0, byIssue: {} });
      for (const one of [upload, file]) {
        one.rejected++;
        addCounts(one.byIssue, counts);
      }
    },
    done() {
      const worst = <T extends { rejected: number }>(all: Iterable<T>) =>
        [...all].sort((a, b) => b.rejected - a.rejected);
      const several = worst(files.values()).filter(({ rejected }) => rejected > 1);
      return { byIssue, uploads: worst(uploads.values()), files: several };
    },
  };
}

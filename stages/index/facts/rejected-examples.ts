// Selects example items from quarantine for each reason, with the keys that are needed to show them.
import type { InventoryDetails } from '#core/ingest/inventory.ts';
import { QuarantinedItem, type Verdict } from '#core/ingest/messages.ts';
import { quarantineKeyOf } from '#core/ingest/quarantine.ts';
import type { Issue, IssueCounts } from '#core/kinds/define/issue.ts';
import type { IssueCode } from '#core/kinds/issues.ts';
import { maskPersonalData } from '#core/kinds/personal-data.ts';
import { FACT_LIMITS } from '#core/snapshot/quality/fact-limits.ts';
import type { QualityFacts } from '#core/snapshot/quality/facts.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';

/** Beyond this number of units, only the examples in the verdicts are shown, without content. */
const MOST_UNITS_READ = 40;
const ROW_CHARACTERS = 2_000;

type Examples = QualityFacts['rejected'][number]['examples'];
type Rejection = {
  readonly source: string;
  readonly issues: readonly Issue[];
  readonly row?: string | undefined;
  readonly bytesKey?: string | undefined;
};

/**
 * Returns examples of rejected items, the most frequent code first. `byIssue`: counts of rejected items by code. `showRows`: false if a
 * table contains personal data: the columns of a malformed row are unknown, and the facts are kept longer than the quarantine.
 */
export async function rejectedExamples(
  data: Store,
  { verdicts, refusals }: InventoryDetails,
  byIssue: IssueCounts,
  showRows: boolean,
): Promise<QualityFacts['rejected']> {
  const codes = Object.keys(byIssue) as IssueCode[];
  const examples = new Map(codes.map((code) => [code, [] as Examples]));
  const isFull = (code: IssueCode) => (examples.get(code)?.length ?? 0) >= FACT_LIMITS.examplesOfACode;
  const add = ({ source, issues, row, bytesKey }: Rejection) => {
    for (const issue of issues) {
      if (!examples.has(issue.code) || isFull(issue.code)) continue;
      const { path = source, line = null } = issue.place;
      const item = { path, line, label: null, source, part: null, bytesKey: bytesKey ?? null, row: shownRow(row) };
      examples.get(issue.code)?.push({ item, issues: [issue] });
    }
  };
  const shownRow = (row: string | undefined) =>
    showRows && row !== undefined ? maskPersonalData(row.slice(0, ROW_CHARACTERS)) : null;
  for (const { source, issues } of refusals) add({ source: source.key, issues: issues.slice(0, 1) });
  let read = 0;
  for (const verdict of verdicts) {
    if (codes.every(isFull)) break;
    if (verdict.items.rejected === 0 || verdict.examples.every(({ code }) => isFull(code))) continue;
    const lines = read < MOST_UNITS_READ ? await readLines(data, verdict) : [];
    if (lines.length > 0) read++;
    const rejections =
      lines.length > 0
        ? lines
        : verdict.examples.map((issue): Rejection => ({ source: verdict.sourceKey, issues: [issue] }));
    for (const rejection of rejections) add(rejection);
  }
  return (Object.entries(byIssue) as [IssueCode, number][])
    .map(([code, items]) => ({ code, items, examples: examples.get(code) ?? [] }))
    .sort((a, b) => b.items - a.items || (a.code < b.code ? -1 : 1));
}

/** Returns nothing if the quarantine has expired. */
async function readLines(data: Store, verdict: Verdict): Promise<Rejection[]> {
  const object = await data.get(quarantineKeyOf(verdict));
  if (!object) return [];
  const lines = new TextDecoder().decode(object.body).split('\n').filter(Boolean);
  return lines.map((line) => {
    const { path, issues, row, bytesSha256 } = QuarantinedItem.parse(JSON.parse(line));
    return {
      source: verdict.sourceKey,
      issues: issues.slice(0, 1).map((issue) => ({ ...issue, place: { path, ...issue.place } })),
      row,
      bytesKey: bytesSha256 && keys.quarantinedBytes(verdict, bytesSha256),
    };
  });
}

// A page with every section, whose every name and value tries to be more than text.

import { GateConfig } from '#core/kinds/gate-config.ts';
import { type QualityPage, qualityPage } from '#core/pages/quality/quality-page.ts';
import { decideGate } from '#core/snapshot/gate.ts';
import { qualityOf } from '#core/snapshot/quality/quality.ts';
import { evidenceOf, factsOf, shownOf } from './evidence.ts';

export const HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>\u202egpj.exe';
const PICTURE =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

export const FACTS = factsOf({
  total: evidenceOf({
    items: { accepted: 900, rejected: 100, distinct: 890 },
    rejected: { 'image.corrupt': 60, 'table.type': 40 },
    flagged: { 'image.blurry': 30 },
    mended: { 'table.space': 12, 'image.orientation': 4 },
    exactDuplicates: 10,
    nearDuplicates: 5,
    conflicting: 3,
    outliers: 2,
  }),
  classes: ['cat', HOSTILE].map((label) => ({
    label,
    evidence: evidenceOf(),
    splits: { train: 8, validation: 1, test: 1 },
  })),
  uploads: [1, 2, 3].map((n) => ({
    source: `pets/${n}${HOSTILE}`,
    state: 'accepted' as const,
    evidence: evidenceOf({ flagged: { 'image.dark': n } }),
  })),
  drift: [1, 2, 3].map((n) => ({
    source: `pets/${n}${HOSTILE}`,
    measure: HOSTILE,
    statistic: 'ks',
    value: n / 4,
    items: 100,
  })),
  measures: [
    {
      name: HOSTILE,
      items: 890,
      histogram: { from: 0, to: 1, counts: [1, 5, 2] },
      quantiles: { min: 0, p05: 0.1, p25: 0.2, median: 0.5, p75: 0.6, p95: 0.9, max: 1 },
    },
  ],
  columns: [
    { name: 'email', type: 'text', personal: true, rows: 900, missing: 1, distinct: 900, categories: [] },
    {
      name: HOSTILE,
      type: 'category',
      personal: false,
      rows: 900,
      missing: 0,
      distinct: 1,
      categories: [{ value: HOSTILE, items: 900 }],
    },
  ],
  rejected: [
    {
      code: 'table.type',
      items: 40,
      examples: [
        {
          item: shownOf(HOSTILE, { line: 7, row: HOSTILE }),
          issues: [{ code: 'table.type', place: { column: 'email' }, given: 'secret value', allowed: HOSTILE }],
        },
        {
          item: shownOf('a.csv'),
          issues: [{ code: 'table.type', place: { column: 'note' }, given: 'call ada@example.org' }],
        },
      ],
    },
  ],
  flagged: [{ code: 'image.blurry', items: 30, examples: [shownOf('blurry.png')] }],
  changes: [
    {
      rule: 'table.space',
      column: HOSTILE,
      items: 12,
      examples: [
        { path: HOSTILE, line: 7, before: ` ${HOSTILE}`, after: HOSTILE },
        { path: 'a.csv', line: 9, before: 'NA', after: null },
      ],
    },
  ],
  duplicatePairs: [{ kept: shownOf('a.png'), other: shownOf(HOSTILE), likeness: 0.99 }],
  conflicts: [{ items: [shownOf('a.png'), shownOf('b.png')], labels: ['cat', HOSTILE] }],
  outliers: [{ item: shownOf('far.png'), measure: HOSTILE, deviation: 9 }],
});

const COUNTS = {
  uploads: FACTS.uploadCounts,
  items: FACTS.total.items,
  byIssue: {},
  byLabel: { cat: 850, [HOSTILE]: 3 },
  conflictingLabels: 3,
  nearDuplicates: 5,
  outliers: 2,
  leaks: FACTS.leaks,
};
export const QUALITY = qualityOf(FACTS, { counts: COUNTS, examples: [] });

export function hostilePage(changes: Partial<QualityPage> = {}): string {
  const { splits, byLabel, scores } = QUALITY;
  const asked = { trigger: 'report', forcedBy: null, newItems: null, quality: scores.total } as const;
  const gate = decideGate(GateConfig.parse({}), { distinctItems: 890, splits, byLabel, ...asked });
  const previews: QualityPage['previews'] = ({ path, row }) =>
    row !== null
      ? { shows: 'text', text: row }
      : path === 'a.png'
        ? { shows: 'image', uri: PICTURE, width: 1 }
        : { shows: 'cells', cells: [[HOSTILE, HOSTILE]], hidden: 1 };
  return qualityPage({ quality: QUALITY, facts: FACTS, gate, previews, mark: 'mark', ...changes });
}

// Evidence and facts to start tests from: a dataset without a fault.
import type { Evidence, QualityFacts, ShownItem } from '#core/snapshot/quality/facts.ts';

export function evidenceOf(changes: Partial<Evidence> = {}): Evidence {
  return {
    items: { accepted: 1000, rejected: 0, distinct: 1000 },
    rejected: {},
    flagged: {},
    mended: {},
    exactDuplicates: 0,
    nearDuplicates: 0,
    conflicting: 0,
    outliers: 0,
    unlabelled: 0,
    cells: null,
    freshness: null,
    ...changes,
  };
}

export function factsOf(changes: Partial<QualityFacts> = {}): QualityFacts {
  return {
    schemaVersion: 1,
    dataset: 'pets',
    snapshotId: '0123456789abcdef',
    configId: 'fedcba9876543210',
    kind: 'image',
    total: evidenceOf(),
    clean: 1000,
    classes: [],
    uploadCounts: { accepted: 1, partly: 0, rejected: 0, pending: 0 },
    uploads: [{ source: 'pets/a.zip', state: 'accepted', evidence: evidenceOf() }],
    splits: { train: 800, validation: 100, test: 100 },
    leaks: { train: 0, validation: 0 },
    measures: [],
    columns: [],
    drift: [],
    rejected: [],
    flagged: [],
    duplicatePairs: [],
    conflicts: [],
    outliers: [],
    ...changes,
  };
}

export function shownOf(path: string, changes: Partial<ShownItem> = {}): ShownItem {
  return { path, line: null, label: null, source: 'pets/a.zip', part: null, bytesKey: null, row: null, ...changes };
}

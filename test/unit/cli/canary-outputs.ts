// What every printing command would print about a dataset whose names are hostile.
import type { StatusOutput } from '#client/datasets/output.ts';
import type { Issue } from '#core/kinds/define/issue.ts';
import { printChecked } from '../../../cli/print/data/check.ts';
import { describeDataset, printDatasetRemoved } from '../../../cli/print/data/datasets.ts';
import { describeRemoval, printFiles, printRemoved, printRestored } from '../../../cli/print/data/files.ts';
import { printPut } from '../../../cli/print/data/put.ts';
import { printHeld, printQuarantine } from '../../../cli/print/data/quarantine.ts';
import { printReleased } from '../../../cli/print/data/release.ts';
import { printAccepted, printEdited, printSchema } from '../../../cli/print/data/schema.ts';
import { printDatasets, printStatus } from '../../../cli/print/data/status.ts';
import { printComparison } from '../../../cli/print/models/compare-models.ts';
import { printDrawn } from '../../../cli/print/models/drawn.ts';
import { printSearch } from '../../../cli/print/models/fit.ts';
import { printModels, printPromotion } from '../../../cli/print/models/models.ts';
import { printRun } from '../../../cli/print/models/run.ts';
import { printRuns } from '../../../cli/print/models/runs.ts';
import type { Style } from '../../../cli/terminal/terminal.ts';

export const CANARY = 'evil\u001b]0;owned\u0007\u202egnp.\u009b2J\u001b[31m\rx\nforged line';

type Clean = <T>(output: T) => T;
type Printed = { readonly name: string; print(style: Style, clean: Clean): string };

const ISSUE: Issue = { code: 'image.corrupt', place: { path: CANARY, line: 3 }, given: CANARY, allowed: CANARY };
const ITEM = { id: 'a1', key: CANARY, unit: 'u', path: CANARY, line: 3, issues: [ISSUE], kept: 'row' as const };
const FILE = { path: CANARY, state: 'accepted' as const, bytes: 1, changedAt: '', accepted: 1, rejected: 0 };
const COUNTS = { total: 1, accepted: 0, partly: 0, rejected: 1, pending: 0 };
const REMARK = { code: 'archive.litter' as const, items: 7, given: CANARY, examples: [CANARY] };
export const STATUS: StatusOutput = {
  dataset: 'd',
  kind: 'image',
  configId: 'c',
  uploads: COUNTS,
  items: {
    accepted: 1,
    rejected: 1,
    distinct: null,
    byIssue: { 'image.corrupt': 1 },
    flagged: {},
    fixed: { 'image.other-size': 1 },
  },
  remarks: [REMARK],
  cleaning: null,
  indexing: null,
  scores: null,
  snapshot: null,
  run: null,
  current: null,
  rejected: [{ key: CANARY, unit: null, issues: [ISSUE] }],
};
const REMOVED = {
  dataset: CANARY,
  parts: [{ bucket: 'drop' as const, prefix: CANARY, objects: 1, bytes: 1 }],
  objects: 1,
  bytes: 1,
  pendingUploads: 1,
  servingModel: CANARY,
  removed: false,
};
const RESULT = { items: 3, selection: 'negativeElbo', figures: { negativeElbo: 1 }, images: null } as never;

export function printed<T>(name: string, output: T, print: (output: T, style: Style) => string): Printed {
  return { name, print: (style, clean) => print(clean(output), style) };
}

export const OUTPUTS: readonly Printed[] = [
  printed('ls', { dataset: 'd', files: [FILE], total: 1, bytes: 1 }, printFiles),
  printed('rm, before it asks', { files: [FILE] }, ({ files }) => describeRemoval(files)),
  printed('rm', { dataset: 'd', files: [FILE], removed: true }, printRemoved),
  printed('restore', { dataset: 'd', paths: [CANARY] }, printRestored),
  printed('datasets rm, before it asks', REMOVED, describeDataset),
  printed('datasets rm', { ...REMOVED, removed: true }, printDatasetRemoved),
  printed('status', STATUS, printStatus),
  printed('status of all', { datasets: [], outsideAnyDataset: STATUS.rejected }, printDatasets),
  printed(
    'put',
    {
      ...STATUS,
      put: {
        uploaded: [CANARY],
        unchanged: [],
        files: 1,
        config: 'none' as const,
        uploads: COUNTS,
        items: { accepted: 0, rejected: 1 },
        byIssue: {},
        flagged: {},
        fixed: {},
        remarks: [REMARK],
        seconds: 1,
      },
      missing: null,
    },
    printPut,
  ),
  printed(
    'quarantine list',
    {
      dataset: 'd',
      kind: 'image',
      configId: 'c',
      held: 1,
      countedOnly: 0,
      byIssue: {},
      uploads: [{ key: CANARY, rejected: 2, byIssue: {} }],
      files: [{ key: CANARY, path: CANARY, rejected: 2, byIssue: {} }],
      items: [ITEM],
      refused: STATUS.rejected,
    },
    printQuarantine,
  ),
  printed(
    'quarantine show',
    {
      dataset: 'd',
      item: ITEM,
      sentences: [CANARY],
      ways: [],
      row: 'evil\u001b]0;owned\u0007',
      bytes: { bucket: 'b', key: CANARY },
      source: { bucket: 'b', key: CANARY, versionId: 'v' },
      file: CANARY,
    },
    printHeld,
  ),
  printed(
    'quarantine release',
    {
      dataset: 'd',
      mode: 'release' as const,
      waivers: [],
      accepted: 0,
      rejected: [ITEM],
      impossible: [{ id: 'a1', path: CANARY, line: null, reason: 'no' }],
    },
    printReleased,
  ),
  printed(
    'schema show',
    {
      dataset: 'd',
      version: 1,
      inForce: 1,
      versions: [1],
      schema: {} as never,
      yaml: 'name: evil\u001b]0;owned\u0007\n',
    },
    printSchema,
  ),
  printed(
    'schema edit',
    { dataset: 'd', version: 1, inForce: 1, versions: [1], schema: {} as never, yaml: '', file: CANARY },
    printEdited,
  ),
  printed(
    'schema accept',
    {
      dataset: 'd',
      version: 2,
      before: 1,
      changes: [{ change: 'added' as const, key: CANARY, before: null, after: CANARY }],
      accepted: true,
      cleaned: 0,
    },
    printAccepted,
  ),
  printed(
    'check',
    {
      kind: 'image',
      config: null,
      items: { accepted: 0, rejected: 1, byIssue: {}, fixed: {} },
      remarks: [REMARK],
      files: [
        {
          file: CANARY,
          verdict: 'rejected' as const,
          accepted: 0,
          rejected: 1,
          byIssue: {},
          changes: [
            { rule: 'text.mojibake' as const, items: 1, examples: [{ path: CANARY, before: CANARY, after: CANARY }] },
          ],
          issues: [ISSUE],
          flagged: [{ code: 'image.blurry' as const, items: 1, first: [{ path: CANARY }] }],
        },
      ],
    },
    printChecked,
  ),
  printed(
    'runs show',
    {
      dataset: 'd',
      runId: CANARY,
      snapshotId: null,
      attempt: 1,
      status: 'failed' as const,
      reason: 'evil\u001b]0;owned\u0007',
      gate: null,
      warnings: [CANARY],
      modelId: CANARY,
      promoted: null,
      epochs: [],
      metrics: null,
      latent: null,
      cost: null,
      phases: null,
    },
    printRun,
  ),
  printed(
    'runs list',
    {
      dataset: 'd',
      runs: [
        { runId: CANARY, status: 'failed' as const, attempt: 1, epoch: 1, epochs: 2, modelId: CANARY, result: null },
      ],
    },
    printRuns,
  ),
  printed(
    'models list',
    {
      dataset: 'd',
      current: null,
      models: [
        { modelId: CANARY, runId: CANARY, family: 'vae', latentDim: 2, trainItems: 3, metrics: RESULT, current: false },
      ],
    },
    printModels,
  ),
  printed(
    'models compare',
    {
      dataset: 'd',
      snapshotId: 's',
      models: [{ modelId: CANARY, family: 'vae', current: true }],
      figures: [{ name: 'kid', better: 'lower' as const, values: [1], real: null, baseline: null }],
      notes: [CANARY],
    },
    printComparison,
  ),
  printed(
    'models promote',
    { dataset: 'd', modelId: CANARY, promoted: false, reason: CANARY, current: CANARY },
    printPromotion,
  ),
  printed(
    'fit --search',
    {
      dataset: 'd',
      trials: [
        {
          settings: { [CANARY]: CANARY },
          runId: CANARY,
          status: 'failed',
          epochs: 1,
          validation: null,
          modelId: CANARY,
          promoted: null,
          seconds: null,
        },
      ],
      best: null,
      skipped: 0,
    },
    printSearch,
  ),
  printed(
    'sample',
    { modelId: CANARY, seed: 1, count: 1, prior: 'normal' as const, output: 'mean' as const, files: [CANARY] },
    printDrawn,
  ),
];

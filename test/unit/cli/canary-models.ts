// What the commands about models, exports and queues would print where names are hostile.
import { printExport } from '../../../cli/print/data/export.ts';
import { printReport } from '../../../cli/print/data/report.ts';
import { printExported, printExports } from '../../../cli/print/models/exported.ts';
import { printPlan } from '../../../cli/print/models/fit.ts';
import { printLinks, printModel } from '../../../cli/print/models/models.ts';
import { printParents } from '../../../cli/print/models/parents.ts';
import { printRedrive } from '../../../cli/print/operation.ts';
import { CANARY, printed } from './canary-outputs.ts';

const SCORES = { total: 0.5, validity: 0.5 };
const FEW: Parameters<typeof printReport>[0]['gate'] = { outcome: 'refused', missing: [] } as never;

export const MODEL_OUTPUTS = [
  printed(
    'models show',
    {
      current: false,
      card: {
        modelId: CANARY,
        runId: CANARY,
        snapshotId: CANARY,
        family: CANARY,
        input: { kind: 'table', columns: [{ name: CANARY, made: 'drawn', note: CANARY }], codes: 3 },
        latentDim: 2,
        trainItems: 3,
        metrics: { figures: {} },
        license: CANARY,
        labels: [CANARY],
        files: { [CANARY]: {} },
      },
    } as never,
    printModel,
  ),
  printed('models links', { dataset: 'd', modelId: CANARY, seconds: 900, files: { [CANARY]: CANARY } }, printLinks),
  printed(
    'parents',
    {
      modelId: CANARY,
      trainItems: 3,
      copyDistance: 0.1,
      items: [
        {
          item: CANARY,
          isCopy: true,
          closerHeldOut: 0.2,
          parents: [{ itemId: 'a', path: CANARY, distance: 0.1 }],
        },
      ],
    } as never,
    printParents,
  ),
  printed(
    'sample --out',
    { files: [CANARY], count: 1, modelId: CANARY, seed: CANARY, withheld: 0, manifest: CANARY } as never,
    printExported,
  ),
  printed(
    'exports',
    {
      dataset: 'd',
      exports: [
        {
          exportId: CANARY,
          state: 'done',
          shards: { done: 1, total: 1 },
          n: 1,
          modelId: CANARY,
          seed: CANARY,
          type: CANARY,
        },
      ],
    } as never,
    printExports,
  ),
  printed(
    'export',
    {
      snapshotId: CANARY,
      as: 'folder',
      out: CANARY,
      items: 1,
      splits: { train: 1 },
      files: { kept: 0 },
      sha256: CANARY,
    } as never,
    printExport,
  ),
  printed(
    'report',
    {
      quality: {
        dataset: CANARY,
        kind: 'image',
        scores: SCORES,
        losses: [],
        items: { distinct: 1 },
        byIssue: {},
      },
      gate: FEW,
      next: [{ text: CANARY, gain: null }],
      file: CANARY,
    } as never,
    printReport,
  ),
  printed(
    'fit --plan',
    {
      trainItems: 1,
      model: 'vae',
      preset: CANARY,
      epochs: 1,
      seconds: { epoch: 1, training: 1, scoring: 1, export: 1, total: 3 },
      cost: { usd: null, basis: CANARY },
      measured: CANARY,
      notes: [CANARY],
    } as never,
    printPlan,
  ),
  printed('redrive', { queues: [{ name: CANARY, moved: 1 }] }, printRedrive),
];

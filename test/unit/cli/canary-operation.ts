// What the commands about the operation of a deployment would print where names are hostile.

import { printConfig, printConfigCheck, printConfigEdited, printConfigSet } from '../../../cli/print/data/config.ts';
import { printItem } from '../../../cli/print/data/files.ts';
import { describeDestruction, printDestroyed } from '../../../cli/print/destroy.ts';
import { printDoctor } from '../../../cli/print/operation.ts';
import { CANARY, printed } from './canary-outputs.ts';

const DESTROYED = {
  stack: 'goldpan',
  buckets: [{ name: CANARY, versions: 1, bytes: 1 }],
  stays: [{ type: 'AWS::S3::Bucket', name: CANARY }],
  destroyed: false,
};

export const OPERATION_OUTPUTS = [
  printed(
    'get',
    {
      dataset: 'd',
      snapshotId: CANARY,
      itemId: CANARY,
      path: CANARY,
      split: 'train',
      label: CANARY,
      flags: [CANARY],
      fixes: [CANARY],
      file: CANARY,
      original: CANARY,
      source: CANARY,
    },
    printItem,
  ),
  printed(
    'config show',
    { dataset: 'd', kind: 'text', configId: 'c', settings: [{ name: CANARY, value: CANARY, source: 'file' as const }] },
    (output, style) => printConfig(output, style, true),
  ),
  printed(
    'config set',
    {
      dataset: 'd',
      changed: true,
      changes: [{ name: CANARY, before: null, after: CANARY }],
      recleans: false,
      uploads: 0,
      recleanSeconds: null,
      effects: [],
    },
    printConfigSet,
  ),
  printed(
    'config check',
    {
      dataset: 'd',
      changed: false,
      changes: [{ name: CANARY, before: null, after: CANARY }],
      recleans: true,
      uploads: 1,
      recleanSeconds: 7,
      effects: [{ rule: CANARY, action: 'reject', items: 1, rejectedBefore: 1 }],
      file: CANARY,
    },
    printConfigCheck,
  ),
  printed('config edit', { dataset: 'd', file: CANARY }, printConfigEdited),
  printed(
    'doctor',
    { findings: [{ subject: 'queue validate', ok: false, sentence: CANARY, next: CANARY }], problems: 1 },
    printDoctor,
  ),
  printed('destroy, before it asks', DESTROYED, describeDestruction),
  printed('destroy', { ...DESTROYED, destroyed: true }, printDestroyed),
];

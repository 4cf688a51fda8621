// What the commands about the operation of a deployment would print where names are hostile.
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
    'doctor',
    { findings: [{ subject: 'queue validate', ok: false, sentence: CANARY, next: CANARY }], problems: 1 },
    printDoctor,
  ),
  printed('destroy, before it asks', DESTROYED, describeDestruction),
  printed('destroy', { ...DESTROYED, destroyed: true }, printDestroyed),
];

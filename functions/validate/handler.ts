// Wiring of validate: events of the drop bucket in, unit messages out.
import { SQSClient } from '@aws-sdk/client-sqs';
import { cleanQueueNames, ENV } from '#core/base/names.ts';
import { s3Client, s3Store } from '#core/store/s3.ts';
import { validateAll } from '#stages/validate/stage.ts';
import { environment, environmentIfSet } from '../environment.ts';
import { queueHandler } from '../sqs.ts';
import { unitSender } from './unit-queues.ts';

const client = s3Client();
const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
const drop = s3Store({ bucket: environment(ENV.dropBucket), client });
const data = s3Store({ bucket: environment(ENV.dataBucket), client });
const send = unitSender(sqs, (kind) => {
  const { variable, batchVariable } = cleanQueueNames(kind);
  return { single: environment(variable), batch: environmentIfSet(batchVariable) };
});

export const handler = queueHandler({
  stage: 'validate',
  sqs,
  runAll: (bodies) => validateAll(bodies, { drop, data, send }),
});

// Wiring of validate: events of the drop bucket in, unit messages out.
import { SQSClient } from '@aws-sdk/client-sqs';
import { cleanQueueNames, ENV, KINDS } from '#core/base/names.ts';
import { s3Client, s3Store } from '#core/store/s3.ts';
import { validateAll } from '#stages/validate/stage.ts';
import { environment } from '../environment.ts';
import { queueHandler, sendAll } from '../sqs.ts';

const client = s3Client();
const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
const drop = s3Store({ bucket: environment(ENV.dropBucket), client });
const data = s3Store({ bucket: environment(ENV.dataBucket), client });
const queueUrls = new Map(KINDS.map((kind) => [kind, environment(cleanQueueNames(kind).variable)]));

export const handler = queueHandler({
  stage: 'validate',
  sqs,
  runAll: (bodies) =>
    validateAll(bodies, {
      drop,
      data,
      send: (kind, messages) => sendAll(sqs, queueUrls.get(kind) as string, messages),
    }),
});

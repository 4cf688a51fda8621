// Wiring of validate: events of the drop bucket in, unit messages out.
import { SQSClient } from '@aws-sdk/client-sqs';
import { ENV } from '#core/base/names.ts';
import { s3Client, s3Store } from '#core/store/s3.ts';
import { validateAll } from '#stages/validate/stage.ts';
import { environment } from '../environment.ts';
import { queueHandler, sendAll } from '../sqs.ts';

const client = s3Client();
const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
const drop = s3Store({ bucket: environment(ENV.dropBucket), client });
const data = s3Store({ bucket: environment(ENV.dataBucket), client });
const queueUrls = {
  image: environment(ENV.cleanImageQueueUrl),
  table: environment(ENV.cleanTableQueueUrl),
  text: environment(ENV.cleanTextQueueUrl),
  audio: environment(ENV.cleanAudioQueueUrl),
};

export const handler = queueHandler({
  stage: 'validate',
  sqs,
  runAll: (bodies) =>
    validateAll(bodies, { drop, data, send: (kind, messages) => sendAll(sqs, queueUrls[kind], messages) }),
});

// Wiring of clean-table: queue messages in, parts and verdicts out.
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { SQSClient } from '@aws-sdk/client-sqs';
import { isConfigKey } from '#core/keys.ts';
import { ENV } from '#core/names.ts';
import { rememberingStore } from '#core/store/remember.ts';
import { s3Client, s3Store } from '#core/store/s3.ts';
import { environment } from '../environment.ts';
import { queueHandler } from '../sqs.ts';
import { cleanTables } from './stage.ts';

const client = s3Client();
const drop = s3Store({ bucket: environment(ENV.dropBucket), client });
const data = rememberingStore(s3Store({ bucket: environment(ENV.dataBucket), client }), isConfigKey);
const readProcess = fileURLToPath(new URL('./read-process.mjs', import.meta.url));

export const handler = queueHandler({
  stage: 'clean-table',
  sqs: new SQSClient({ useQueueUrlAsEndpoint: false }),
  run: (body) => cleanTables(body, { drop, data, scratch: tmpdir(), readProcess, now: () => new Date() }),
});

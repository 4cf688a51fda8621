// Wiring of clean-table: queue messages in, parts and verdicts out.
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { SQSClient } from '@aws-sdk/client-sqs';
import { ENV } from '#core/base/names.ts';
import { isConfigKey } from '#core/store/keys.ts';
import { rememberingStore } from '#core/store/remember.ts';
import { s3Client, s3Store } from '#core/store/s3.ts';
import { cleanTables } from '#stages/clean/table.ts';
import { environment } from '../environment.ts';
import { queueHandler } from '../sqs.ts';

const client = s3Client();
const drop = s3Store({ bucket: environment(ENV.dropBucket), client });
const data = rememberingStore(s3Store({ bucket: environment(ENV.dataBucket), client }), isConfigKey);
const readProcess = fileURLToPath(new URL('./read-process.mjs', import.meta.url));

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export const handler = queueHandler({
  stage: 'clean-table',
  sqs: new SQSClient({ useQueueUrlAsEndpoint: false }),
  run: (body) => cleanTables(body, { drop, data, scratch: tmpdir(), readProcess, pause }),
});

// Wiring of clean-text: queue messages in, parts and verdicts out.
import { fileURLToPath } from 'node:url';
import { SQSClient } from '@aws-sdk/client-sqs';
import { ENV } from '#core/base/names.ts';
import { openExtractor } from '#core/kinds/text/extract/extractor.ts';
import { isConfigKey } from '#core/store/keys.ts';
import { rememberingStore } from '#core/store/remember.ts';
import { s3Client, s3Store } from '#core/store/s3.ts';
import { cleanText } from '#stages/clean/text.ts';
import { environment } from '../environment.ts';
import { queueHandler } from '../sqs.ts';

const client = s3Client();
const drop = s3Store({ bucket: environment(ENV.dropBucket), client });
const data = rememberingStore(s3Store({ bucket: environment(ENV.dataBucket), client }), isConfigKey);
const extractProcess = fileURLToPath(new URL('./extract-process.mjs', import.meta.url));

export const handler = queueHandler({
  stage: 'clean-text',
  sqs: new SQSClient({ useQueueUrlAsEndpoint: false }),
  run: (body) => cleanText(body, { drop, data, openExtractor: () => openExtractor(extractProcess) }),
});

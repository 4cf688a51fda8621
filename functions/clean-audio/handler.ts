// Wiring of clean-audio: queue messages in, parts and verdicts out.
import { fileURLToPath } from 'node:url';
import { SQSClient } from '@aws-sdk/client-sqs';
import { ENV } from '#core/base/names.ts';
import { openDecoder } from '#core/kinds/audio/decode/decoder.ts';
import { isConfigKey } from '#core/store/keys.ts';
import { rememberingStore } from '#core/store/remember.ts';
import { s3Client, s3Store } from '#core/store/s3.ts';
import { cleanAudio } from '#stages/clean/audio.ts';
import { environment } from '../environment.ts';
import { queueHandler } from '../sqs.ts';

const client = s3Client();
const drop = s3Store({ bucket: environment(ENV.dropBucket), client });
const data = rememberingStore(s3Store({ bucket: environment(ENV.dataBucket), client }), isConfigKey);
const decodeProcess = fileURLToPath(new URL('./decode-process.mjs', import.meta.url));

export const handler = queueHandler({
  stage: 'clean-audio',
  sqs: new SQSClient({ useQueueUrlAsEndpoint: false }),
  run: (body) => cleanAudio(body, { drop, data, openDecoder: () => openDecoder(decodeProcess) }),
});

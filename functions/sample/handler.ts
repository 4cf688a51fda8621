import { ENV } from '#core/base/names.ts';
import { s3Links } from '#core/store/links.ts';
import { s3Client, s3Store } from '#core/store/s3.ts';
import { openDecoderWith } from '#stages/sample/drawing/decoder.ts';
import { openEncoderWith } from '#stages/sample/drawing/encoder.ts';
import { sample } from '#stages/sample/stage.ts';
import { environment } from '../environment.ts';
import { functionHandler } from '../middleware.ts';
import { threadsFor } from '../threads.ts';
import { endpoint } from './endpoint.ts';

const threads = threadsFor(Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE));
const place = { bucket: environment(ENV.dataBucket), client: s3Client() };
const answer = endpoint(
  sample({
    data: s3Store(place),
    links: s3Links(place),
    openDecoder: openDecoderWith(threads),
    openEncoder: openEncoderWith(threads),
    threads,
  }),
  () => performance.now(),
);

export const handler = functionHandler('sample', (event: unknown, { logger }, context) =>
  answer(event, logger, context.getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY),
);

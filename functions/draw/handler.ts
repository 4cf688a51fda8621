import { ENV } from '#core/base/names.ts';
import { DrawStep } from '#core/model/messages/draw-export.ts';
import { s3Links } from '#core/store/links.ts';
import { s3Client, s3Store } from '#core/store/s3.ts';
import { drawExport } from '#stages/sample/background/draw-export.ts';
import { openDecoderWith } from '#stages/sample/drawing/decoder.ts';
import { openEncoderWith } from '#stages/sample/drawing/encoder.ts';
import { requestsIn } from '#stages/sample/run-request.ts';
import { environment } from '../environment.ts';
import { functionHandler } from '../middleware.ts';
import { threadsFor } from '../threads.ts';

const CACHE_BYTES = 128 * 2 ** 20;

const place = { bucket: environment(ENV.dataBucket), client: s3Client() };
const data = s3Store(place);
const threads = threadsFor(Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE));
const run = drawExport({
  data,
  requests: requestsIn({
    data,
    links: s3Links(place),
    openDecoder: openDecoderWith(threads),
    openEncoder: openEncoderWith(threads),
    threads,
    cacheBytes: CACHE_BYTES,
    // The seed is part of the export's request, so none is drawn here.
    drawSeed: () => 0,
  }),
});

export const handler = functionHandler('draw', async (event: unknown, { logger }) => {
  const step = DrawStep.parse(event);
  const drawn = await run(step);
  logger.info('drawn', { step: step.step, ...drawn });
  return drawn;
});

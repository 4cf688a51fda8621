import { ENV } from '#core/base/names.ts';
import { PromoteRequest } from '#core/model/messages/promotion.ts';
import { s3Store } from '#core/store/s3.ts';
import { promote } from '#stages/promote/stage.ts';
import { environment } from '../environment.ts';
import { functionHandler } from '../middleware.ts';

const run = promote({ data: s3Store({ bucket: environment(ENV.dataBucket) }), now: () => new Date() });

export const handler = functionHandler('promote', async (event: unknown, { logger }) => {
  const promotion = await run(PromoteRequest.parse(event));
  logger.info('promotion decided', { promotion });
  return promotion;
});

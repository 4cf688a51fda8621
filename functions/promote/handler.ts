import { PromoteRequest } from '#core/messages/promotion.ts';
import { ENV } from '#core/names.ts';
import { s3Store } from '#core/store/s3.ts';
import { environment } from '../environment.ts';
import { functionHandler } from '../middleware.ts';
import { promote } from './stage.ts';

const run = promote({ data: s3Store({ bucket: environment(ENV.dataBucket) }), now: () => new Date() });

export const handler = functionHandler('promote', async (event: unknown, { logger }) => {
  const promotion = await run(PromoteRequest.parse(event));
  logger.info('promotion decided', { promotion });
  return promotion;
});

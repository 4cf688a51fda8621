import { ENV } from '#core/base/names.ts';
import { IndexJob } from '#core/snapshot/messages.ts';
import { s3Store } from '#core/store/s3.ts';
import { report } from '#stages/index/report/stage.ts';
import { environment } from '../environment.ts';
import { functionHandler } from '../middleware.ts';

const run = report({
  drop: s3Store({ bucket: environment(ENV.dropBucket) }),
  data: s3Store({ bucket: environment(ENV.dataBucket) }),
});

export const handler = functionHandler('report', async (event: unknown, { logger }) => {
  const indexed = await run(IndexJob.parse(event));
  const { request, snapshotId, sealed, tooLarge, shards } = indexed;
  logger.info('snapshot reported', { dataset: request.dataset, snapshotId, sealed, tooLarge, shards });
  return indexed;
});

import { tmpdir } from 'node:os';
import { ENV } from '#core/base/names.ts';
import { AssembleRequest } from '#core/snapshot/messages.ts';
import { s3Store } from '#core/store/s3.ts';
import { index } from '#stages/index/stage.ts';
import { environment } from '../environment.ts';
import { functionHandler } from '../middleware.ts';

const run = index({
  drop: s3Store({ bucket: environment(ENV.dropBucket) }),
  data: s3Store({ bucket: environment(ENV.dataBucket) }),
  scratch: tmpdir(),
  mostItems: Number(environment(ENV.indexItems)),
  hasSpark: process.env[ENV.hasSpark] === 'true',
});

export const handler = functionHandler('index', async (event: unknown, { logger }) => {
  const indexed = await run(AssembleRequest.parse(event));
  const { request, snapshotId, sealed, tooLarge, shards } = indexed;
  logger.info('snapshot indexed', { dataset: request.dataset, snapshotId, sealed, tooLarge, shards });
  return indexed;
});

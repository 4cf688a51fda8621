import { ENV } from '#core/base/names.ts';
import { ShardRequest } from '#core/snapshot/messages.ts';
import { s3Store } from '#core/store/s3.ts';
import { shard } from '#stages/shard/stage.ts';
import { environment } from '../environment.ts';
import { functionHandler } from '../middleware.ts';

const run = shard({ data: s3Store({ bucket: environment(ENV.dataBucket) }) });

export const handler = functionHandler('shard', async (event: unknown, { logger }) => {
  const request = ShardRequest.parse(event);
  const written = await run(request);
  logger.info('shard written', { snapshotId: request.snapshotId, shard: written.name, items: written.items });
  return written;
});

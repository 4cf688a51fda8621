import * as z from 'zod';
import { ENV } from '#core/base/names.ts';
import { GatherRequest } from '#core/snapshot/distributed.ts';
import { IndexJob } from '#core/snapshot/messages.ts';
import { s3Store } from '#core/store/s3.ts';
import { planGather } from '#stages/index/gather/plan.ts';
import { gather } from '#stages/index/gather/stage.ts';
import { environment } from '../environment.ts';
import { functionHandler } from '../middleware.ts';

const stores = {
  drop: s3Store({ bucket: environment(ENV.dropBucket) }),
  data: s3Store({ bucket: environment(ENV.dataBucket) }),
};
const plan = planGather(stores);
const gatherBatch = gather(stores);

/** Either a batch to gather, or a snapshot whose batches are to be planned. */
const Event = z.union([GatherRequest, IndexJob]);

export const handler = functionHandler('gather', async (event: unknown, { logger }) => {
  const asked = Event.parse(event);
  if ('batch' in asked) {
    const { snapshotId, batch } = asked;
    const { items } = await gatherBatch(asked);
    logger.info('batch gathered', { snapshotId, batch, items });
    return { items };
  }
  const planned = await plan(asked);
  logger.info('gathering planned', { snapshotId: planned.snapshotId, batches: planned.batches });
  return planned;
});

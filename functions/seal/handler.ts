import { SealRequest } from '#core/messages/snapshot.ts';
import { ENV } from '#core/names.ts';
import { s3Store } from '#core/store/s3.ts';
import { environment } from '../environment.ts';
import { functionHandler } from '../middleware.ts';
import { seal } from './stage.ts';

const run = seal({ data: s3Store({ bucket: environment(ENV.dataBucket) }) });

export const handler = functionHandler('seal', async (event: unknown, { logger }) => {
  const sealed = await run(SealRequest.parse(event));
  const { snapshotId, gate, job } = sealed;
  logger.info('snapshot sealed', { snapshotId, gate: gate.outcome, runId: job?.runId });
  return sealed;
});

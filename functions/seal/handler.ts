import { ENV } from '#core/base/names.ts';
import { SealRequest } from '#core/snapshot/messages.ts';
import { s3Store } from '#core/store/s3.ts';
import { seal } from '#stages/seal/stage.ts';
import { environment } from '../environment.ts';
import { functionHandler } from '../middleware.ts';

const run = seal({ data: s3Store({ bucket: environment(ENV.dataBucket) }) });

export const handler = functionHandler('seal', async (event: unknown, { logger }) => {
  const sealed = await run(SealRequest.parse(event));
  const { snapshotId, gate, job } = sealed;
  logger.info('snapshot sealed', { snapshotId, gate: gate.outcome, runId: job?.runId });
  return sealed;
});

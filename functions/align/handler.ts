// Wiring of align: one request in, the cut photos of one unit or the template out.
import { readFile } from 'node:fs/promises';
import { ENV } from '#core/base/names.ts';
import { ALIGN_NETWORK, openFeatureMap } from '#core/model/subject-features.ts';
import { AlignRequest } from '#core/snapshot/messages.ts';
import { s3Store } from '#core/store/s3.ts';
import { align } from '#stages/align/stage.ts';
import { environment } from '../environment.ts';
import { functionHandler } from '../middleware.ts';

/** Folder of the pretrained networks, beside the bundle. */
const network = () => readFile(new URL(`./${ALIGN_NETWORK}`, import.meta.url));

let opened: ReturnType<typeof openFeatureMap> | undefined;

const run = align({
  data: s3Store({ bucket: environment(ENV.dataBucket) }),
  openFeatureMap: () => {
    opened ??= network().then(openFeatureMap);
    return opened;
  },
});

export const handler = functionHandler('align', async (event: unknown, { logger }) => {
  const request = AlignRequest.parse(event);
  const aligned = await run(request);
  logger.info(request.unit === null ? 'template fitted' : 'photos aligned', { ...request, ...aligned });
  return aligned;
});

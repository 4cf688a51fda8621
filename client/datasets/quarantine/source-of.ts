// Finds the origin of a rejected item: the configuration, the upload, the unit and the file.
import { Upload } from '#core/ingest/messages.ts';
import { sourceFiles } from '#core/ingest/unit-files.ts';
import { fileOfPiece } from '#core/kinds/reading/piece-path.ts';
import { readJson } from '#core/store/json.ts';
import { keys, plannedUnit } from '#core/store/keys.ts';
import type { Deployment } from '../../deployment.ts';
import { ClientFailure } from '../../failure.ts';
import { adviseOnUnknown } from '../list-datasets.ts';
import type { LocatedRejection, Verdicts } from './held-items.ts';

/** Throws ClientFailure where the dataset has no configuration, so that nothing can be in quarantine. */
export async function configOf(deployment: Pick<Deployment, 'drop'>, { current }: Verdicts, dataset: string) {
  if (current) return { kind: current.config.kind, configId: current.configId, rules: current.config.rules };
  throw new ClientFailure(`${dataset} has no configuration yet, and nothing in quarantine.`, {
    next: await adviseOnUnknown(deployment, dataset),
  });
}

/** Returns the object that an item came in, and the slice of it that its unit covers. */
export async function planOf(
  { data }: Pick<Deployment, 'data'>,
  dataset: string,
  { uploadId, unit }: LocatedRejection,
) {
  const upload = await readJson(data, keys.upload(dataset, uploadId), Upload);
  const plan = upload?.value.units.find((one) => one.unit === plannedUnit(unit));
  if (upload && plan) return { source: upload.value.source, slice: plan.slice };
  throw new ClientFailure(`The plan of upload ${uploadId} is gone, so its items cannot be read again.`);
}

/** Reads the file again, from the archive or as the object itself. */
export async function readSource(
  { drop }: Deployment,
  message: Parameters<typeof sourceFiles>[1],
  { path }: LocatedRejection,
) {
  const wanted = fileOfPiece(path);
  for await (const file of sourceFiles(drop, message)) if (file.path === wanted && file.ok) return file.bytes;
  throw new ClientFailure(`${path} was not kept, and its source cannot be unpacked.`);
}

// One dataset as it stands, or all of them.
import { UploadRefusal } from '#core/ingest/messages.ts';
import { readJson } from '#core/store/json.ts';
import { idInKey, keys, NO_DATASET } from '#core/store/keys.ts';
import type { Context } from '../context.ts';
import type { Deployment } from '../deployment.ts';
import { ClientFailure } from '../failure.ts';
import { readCurrentModel } from '../training/run-facts.ts';
import { checkedDataset } from './checked-dataset.ts';
import { adviseOnUnknown, listDatasets } from './list-datasets.ts';
import type { DatasetsOutput, RejectedItem, StatusOutput } from './output.ts';
import { readConfig, readStatus } from './read-status.ts';

/** `show`: most rejected items to return. Throws ClientFailure when there is no such dataset. */
export async function status(
  { deployment }: Context,
  dataset: string,
  { show }: { show: number },
): Promise<StatusOutput> {
  const found = await readStatus(deployment, checkedDataset(dataset), show);
  if (found) return found;
  throw new ClientFailure(`There is no dataset ${dataset} in ${deployment.drop.bucket}.`, {
    next: await adviseOnUnknown(deployment, dataset),
  });
}

/** Returns every dataset, and the objects that lie in none. */
export async function statusOfAll({ deployment }: Context, { show }: { show: number }): Promise<DatasetsOutput> {
  const datasets: DatasetsOutput['datasets'] = [];
  for (const dataset of await listDatasets(deployment)) {
    const [config, current] = await Promise.all([
      readConfig(deployment.data, dataset),
      readCurrentModel(deployment.data, dataset),
    ]);
    datasets.push({ dataset, kind: config?.config.kind ?? null, currentModel: current?.modelId ?? null });
  }
  return { datasets, outsideAnyDataset: await outsideAnyDataset(deployment, show) };
}

async function outsideAnyDataset(
  { drop, data }: Pick<Deployment, 'drop' | 'data'>,
  show: number,
): Promise<RejectedItem[]> {
  const found: RejectedItem[] = [];
  for await (const { key } of data.list(keys.allRefused(NO_DATASET))) {
    if (found.length >= show) break;
    const refusal = await readJson(data, keys.refused(NO_DATASET, idInKey(key)), UploadRefusal);
    const there = refusal && (await drop.head(refusal.value.source.key));
    if (refusal && there) found.push({ key: refusal.value.source.key, unit: null, issues: refusal.value.issues });
  }
  return found;
}

// The status of one dataset, or of all datasets.
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

const WATCH_EVERY_MS = 2_000;

/** `show`: maximum number of rejected items to return. Throws ClientFailure if the dataset does not exist. */
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

type Watched = {
  readonly show: number;
  /** Called with the first status and with every one that differs from the one before, but for the last. */
  changed(status: StatusOutput): void;
};

/** Returns the status once nothing is being cleaned or trained. Throws as `status` does. */
export async function watchStatus(
  context: Context,
  dataset: string,
  { show, changed }: Watched,
): Promise<StatusOutput> {
  let before = '';
  for (;;) {
    const now = await status(context, dataset, { show });
    if (now.uploads.pending === 0 && now.run?.status !== 'running') return now;
    const text = JSON.stringify(now);
    if (text !== before) changed(now);
    before = text;
    await context.clock.sleep(WATCH_EVERY_MS);
  }
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

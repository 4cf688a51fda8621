// The names of all datasets.
import { listDatasets as datasetsIn } from '#core/ingest/list-datasets.ts';
import type { Deployment } from '../deployment.ts';
import { didYouMean } from '../did-you-mean.ts';
import { ClientFailure } from '../failure.ts';

/** Returns the names of all datasets, sorted. */
export async function listDatasets({ drop }: Pick<Deployment, 'drop'>): Promise<string[]> {
  const found: string[] = [];
  for await (const dataset of datasetsIn(drop)) found.push(dataset);
  return found.sort();
}

/** Returns what to do about a dataset that does not exist: `Did you mean birds?`, or how to start one. */
export async function adviseOnUnknown({ drop }: Pick<Deployment, 'drop'>, dataset: string): Promise<string> {
  const suggestion = didYouMean(dataset, await listDatasets({ drop }));
  return suggestion ?? `Start it: goldpan put <folder> --dataset ${dataset}. List all datasets: goldpan status`;
}

/** Throws ClientFailure when nothing was ever put into the dataset. */
export async function refuseUnknown({ drop }: Pick<Deployment, 'drop'>, dataset: string): Promise<void> {
  for await (const _object of drop.listLatest(`${dataset}/`)) return;
  throw new ClientFailure(`There is no dataset ${dataset} in ${drop.bucket}.`, {
    next: await adviseOnUnknown({ drop }, dataset),
  });
}

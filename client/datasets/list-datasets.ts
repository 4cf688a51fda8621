// The names of all datasets.
import { parseDropKey } from '#core/store/keys.ts';
import type { Deployment } from '../deployment.ts';
import { didYouMean } from '../did-you-mean.ts';
import { ClientFailure } from '../failure.ts';

/** Reads one key per dataset: after a key `<dataset>/...` the listing continues behind the last possible key of that dataset. */
export async function listDatasets({ drop }: Pick<Deployment, 'drop'>): Promise<string[]> {
  const found: string[] = [];
  let startAfter: string | undefined;
  for (;;) {
    let next: string | undefined;
    for await (const { key } of drop.list('', startAfter === undefined ? {} : { startAfter })) {
      next = key;
      break;
    }
    if (next === undefined) return found.sort();
    const dataset = parseDropKey(next)?.dataset;
    if (dataset !== undefined) found.push(dataset);
    // '0' is the character after '/', so this skips all of "<dataset>/".
    startAfter = dataset === undefined ? next : `${dataset}0`;
  }
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

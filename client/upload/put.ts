// Uploads files and folders and waits for their verdicts.

import { countInventory, detailsOf, readDetails, takeInventory } from '#core/ingest/inventory.ts';
import { joinRemarks } from '#core/kinds/define/remark.ts';
import { missingItems } from '#core/snapshot/gate.ts';
import type { Context } from '../context.ts';
import { checkedDataset } from '../datasets/checked-dataset.ts';
import { flaggedCounts } from '../datasets/flagged-counts.ts';
import { readConfig, readStatus, rejectedItems, uploadCounts } from '../datasets/read-status.ts';
import { ClientFailure, EXIT } from '../failure.ts';
import { dropArrays } from './arrays/drop-arrays.ts';
import { temporaryFolder } from './arrays/temporary-folder.ts';
import { isAddress } from './bucket/address.ts';
import type { Gathered } from './bucket/gathered.ts';
import { collectDrops, factsOf, statedLabels } from './collect.ts';
import { dropConfig } from './drop-config.ts';
import { followUploads } from './follow-uploads.ts';
import type { PutOutput } from './output.ts';
import { INPUT, withInput } from './read-input.ts';
import { fileCount, uploadDrops } from './upload-files.ts';

export type PutOptions = {
  readonly dataset: string;
  /** The stream that the path `-` stands for, and the name under which it is uploaded. */
  readonly input?: { readonly stream: AsyncIterable<Uint8Array>; readonly name: string | undefined } | undefined;
  /** Path of a dataset.yaml outside the folder. */
  readonly config?: string | undefined;
  /** Most rejected items to return. */
  readonly show: number;
  /** Without a new verdict for this long, throws. */
  readonly timeoutMs: number;
};

/** Throws ClientFailure for a path that is not there, and for a name that no dataset has. */
export function checkPut(paths: readonly string[], { dataset, config }: Pick<PutOptions, 'dataset' | 'config'>): void {
  checkedDataset(dataset);
  const local = paths.filter((path) => path !== INPUT && !isAddress(path));
  for (const path of config === undefined ? local : [...local, config]) factsOf(path);
}

/** Uploads and resolves when every unit has its verdict. Objects that already exist are not sent again. */
export async function put(context: Context, paths: readonly string[], options: PutOptions): Promise<PutOutput> {
  return temporaryFolder((folder) => putFrom(context, paths, options, folder));
}

/** `folder`: for files that are unpacked before the upload. */
async function putFrom(
  context: Context,
  given: readonly string[],
  options: PutOptions,
  folder: string,
): Promise<PutOutput> {
  const { deployment, clock } = context;
  const dataset = checkedDataset(options.dataset);
  const gather = given.some(isAddress) ? gatherRemote : gatherLocal;
  const gathered = await gather(context, dataset, given, options, folder);
  const configPath = options.config ?? gathered.configPath;
  const { sent } = gathered;
  if (sent.size === 0 && configPath === undefined)
    throw new ClientFailure('There is nothing to put.', { exitCode: EXIT.usage });
  const startedAt = clock.now();
  const config = await dropConfig(context, dataset, { drops: gathered.samples, configPath });

  // A configuration alone concerns everything in the dataset.
  const files = sent.size > 0 ? new Map(sent) : await allUploads(context, dataset);
  const { uploaded, unchanged } = await gathered.send();
  const { inventory, whole } = await followUploads(context, dataset, {
    files,
    activity: 'clean',
    timeoutMs: options.timeoutMs,
  });
  const seconds = (clock.now() - startedAt) / 1000;
  const all = await readDetails(deployment.data, whole);
  const details = detailsOf(inventory, all);
  const counts = countInventory(inventory, details);
  const current = await readConfig(deployment.data, dataset);
  const status = await readStatus(deployment, dataset, 0, { config: current, inventory: whole, details: all });
  if (!status) throw new ClientFailure(`${dataset} was removed while it was being cleaned.`);
  const inForce = current?.config;
  return {
    ...status,
    rejected: await rejectedItems(deployment.data, details, options.show),
    put: {
      uploaded,
      unchanged,
      files: [...sent.values()].reduce((sum, count) => sum + count, 0),
      config: configPath === undefined && config === 'unchanged' ? 'none' : config,
      uploads: uploadCounts(inventory, counts),
      items: counts.items,
      byIssue: counts.byIssue,
      flagged: flaggedCounts(counts.byIssue, inForce?.rules),
      fixed: counts.fixed,
      remarks: joinRemarks([...gathered.remarks, ...counts.remarks]),
      seconds,
    },
    missing: (inForce && missingItems(inForce.gate, status.items.accepted)) ?? null,
  };
}

type Gather = (
  context: Context,
  dataset: string,
  given: readonly string[],
  options: PutOptions,
  folder: string,
) => Promise<Gathered>;

const gatherLocal: Gather = async ({ deployment, notify }, dataset, given, options, folder) => {
  const paths = await withInput(given, options.input, folder);
  const labels = options.config === undefined ? undefined : statedLabels(options.config);
  const inForce = labels ?? (await readConfig(deployment.data, dataset))?.config.labels;
  const { drops, configPath, remarks } = await dropArrays(dataset, await collectDrops(dataset, paths, inForce), folder);
  const sent = new Map(drops.map((drop) => [drop.key, fileCount(drop)]));
  return { samples: drops, sent, configPath, remarks, send: () => uploadDrops(deployment.drop, drops, notify) };
};

const gatherRemote: Gather = async (context, dataset, given, { input }, folder) => {
  if (!given.every(isAddress) || input?.name !== undefined)
    throw new ClientFailure('One command puts either objects of a bucket or files of this machine.', {
      next: 'Put them by two commands.',
      exitCode: EXIT.usage,
    });
  const { gatherObjects } = await import('./bucket/gather-objects.ts');
  return gatherObjects(context, dataset, given, folder);
};

async function allUploads({ deployment }: Context, dataset: string): Promise<Map<string, number>> {
  const { uploads } = await takeInventory(deployment.drop, deployment.data, dataset, undefined);
  return new Map(uploads.map(({ key }) => [key, 1]));
}

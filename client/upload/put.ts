// goldpan put: uploads files and folders and follows them to their verdicts.

import { count, duration } from '#core/base/format.ts';
import { countCensus, detailsOf, readDetails, takeCensus } from '#core/ingest/inventory.ts';
import { TRAINED_KINDS } from '#core/kinds/registry/definitions.ts';
import { itemWord, plural } from '../../cli/terminal/format.ts';
import { openProgress } from '../../cli/terminal/progress.ts';
import type { Style } from '../../cli/terminal/terminal.ts';
import type { PutAnswer } from '../answers.ts';
import type { Context } from '../context.ts';
import { readStatus, rejectedItems, uploadCounts } from '../datasets/read-status.ts';
import { checkedDataset, printIssues, printRejected } from '../datasets/status.ts';
import { CommandFailure, EXIT } from '../failure.ts';
import { collectDrops } from './collect.ts';
import { dropConfig } from './drop-config.ts';
import { followUploads } from './follow-uploads.ts';
import { fileCount, uploadDrops } from './upload-files.ts';

export type PutOptions = {
  readonly dataset: string;
  /** A dataset.yaml that lies elsewhere. */
  readonly config?: string | undefined;
  readonly show: number;
  readonly timeoutMs: number;
};

/** Resolves when each unit of what was dropped has its verdict. What lay there already is not sent again. */
export async function put(context: Context, paths: readonly string[], options: PutOptions): Promise<PutAnswer> {
  const { cloud, terminal, clock } = context;
  const dataset = checkedDataset(options.dataset);
  const collected = collectDrops(dataset, paths);
  const configPath = options.config ?? collected.configPath;
  const { drops } = collected;
  if (drops.length === 0 && configPath === undefined)
    throw new CommandFailure('There is nothing to put.', { exitCode: EXIT.usage });
  const startedAt = clock.now();
  await dropConfig(context, dataset, { drops, configPath });

  const dropped = new Map(drops.map((drop) => [drop.key, fileCount(drop)]));
  // A configuration alone concerns all that lies there.
  const files = drops.length > 0 ? dropped : await allUploads(context, dataset);
  const uploading = openProgress(terminal, 'Uploading', clock.now);
  const { uploaded, unchanged } = await uploadDrops(cloud.drop, drops, uploading.update);
  uploading.end();
  if (unchanged.length > 0) terminal.say(`${plural(unchanged.length, 'object')} with the same content there already.`);

  const cleaning = openProgress(terminal, 'Cleaning ', clock.now);
  const following = { files, progress: cleaning, timeoutMs: options.timeoutMs };
  const { census, whole } = await followUploads(context, dataset, following);
  cleaning.end();
  const seconds = (clock.now() - startedAt) / 1000;
  const all = await readDetails(cloud.data, whole);
  const details = detailsOf(census, all);
  const counts = countCensus(census, details);
  const status = await readStatus(cloud, dataset, 0, { census: whole, details: all });
  if (!status) throw new CommandFailure(`${dataset} was removed while it was being cleaned.`);
  return {
    ...status,
    rejected: await rejectedItems(cloud.data, details, options.show),
    put: {
      uploaded,
      unchanged,
      uploads: uploadCounts(census, counts),
      items: counts.items,
      byIssue: counts.byIssue,
      seconds,
    },
  };
}

async function allUploads({ cloud }: Context, dataset: string): Promise<Map<string, number>> {
  const { uploads } = await takeCensus(cloud.drop, cloud.data, dataset, undefined);
  return new Map(uploads.map(({ key }) => [key, 1]));
}

export function printPut({ dataset, kind, put: dropped, rejected, items }: PutAnswer, style: Style): string {
  const { accepted, rejected: refused } = dropped.items;
  const next = TRAINED_KINDS.some((trained) => trained === kind)
    ? `goldpan fit ${dataset}`
    : `goldpan status ${dataset}`;
  const lines = [
    `${style.good(plural(accepted, itemWord(kind)))} accepted, ${refused > 0 ? style.bad(count(refused)) : '0'} rejected in ${duration(dropped.seconds * 1000)}.`,
    ...printIssues(dropped.byIssue),
    ...printRejected(rejected, refused, `goldpan status ${dataset}`),
    '',
    `${dataset} now has ${plural(items.accepted, `accepted ${itemWord(kind)}`)}. Next: ${next}`,
  ];
  return lines.join('\n');
}

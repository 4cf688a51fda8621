// Prints the output of `status`.
import type { DatasetsOutput, StatusOutput } from '#client/datasets/output.ts';
import { count, duration, plural } from '#core/base/format.ts';
import { DIMENSIONS } from '#core/kinds/define/issue-kind.ts';
import { epochOf } from '#core/model/timing/epoch-of.ts';
import { scoreText } from '#core/pages/quality/words.ts';
import { itemWords, table } from '../../terminal/format.ts';
import type { Style } from '../../terminal/terminal.ts';
import { printFixed, printIssues, printRejected, printRemarks } from './issues.ts';

export function printStatus(output: StatusOutput, style: Style): string {
  const { kind, uploads, items, cleaning, indexing, snapshot, run, current } = output;
  const accepted = `accepted, ${count(items.rejected)} rejected${distinctText(items.distinct)}`;
  const rows = [
    ['uploads', count(uploads.total), describeUploads(uploads)],
    [itemWords(kind).many, count(items.accepted), accepted],
  ];
  if (cleaning)
    rows.push([cleaning.again ? 're-cleaning' : 'cleaning', share(cleaning.units), describeCleaning(cleaning)]);
  if (indexing) rows.push(['indexing', indexing.snapshotId.slice(0, 16), describeIndexing(indexing)]);
  if (snapshot) rows.push(['snapshot', snapshot.snapshotId.slice(0, 16), describeSplits(snapshot.splits)]);
  if (output.scores) rows.push(['quality', scoreText(output.scores.total), describeScores(output.scores)]);
  if (run) rows.push(['run', run.runId, `${run.status}, epoch ${epochOf(run.epoch, run.epochs)}`]);
  rows.push(['model', current?.modelId ?? 'none', current ? `serves since ${current.promotedAt}` : '']);
  const lines = [
    style.bold(`${output.dataset} (${output.kind ?? 'no configuration yet'})`),
    table(rows),
    ...printIssues(items.byIssue, items.flagged),
    ...printFixed(items.fixed),
    ...printRemarks(output.remarks),
    ...printRejected(output.rejected, items.rejected, `goldpan status ${output.dataset}`),
    ...(items.rejected > 0 ? ['', `Details: goldpan quarantine list ${output.dataset}`] : []),
  ];
  return lines.join('\n');
}

export function printDatasets({ datasets, outsideAnyDataset }: DatasetsOutput): string {
  const rows = datasets.map(({ dataset, kind, currentModel }) => [dataset, kind ?? '-', currentModel ?? '-']);
  const listing =
    rows.length > 0
      ? [table([['dataset', 'kind', 'model'], ...rows])]
      : ['No dataset yet. Start with: goldpan put <folder> --dataset <name>'];
  return [...listing, ...printRejected(outsideAnyDataset, outsideAnyDataset.length, 'goldpan status')].join('\n');
}

function describeScores(scores: NonNullable<StatusOutput['scores']>): string {
  return DIMENSIONS.map((dimension) => `${dimension} ${scoreText(scores[dimension])}`).join(', ');
}

function describeUploads({ accepted, partly, rejected, pending }: StatusOutput['uploads']): string {
  const parts = [
    `${count(accepted)} accepted`,
    partly > 0 ? `${count(partly)} partly` : '',
    rejected > 0 ? `${count(rejected)} rejected` : '',
    pending > 0 ? `${count(pending)} pending` : '',
  ];
  return parts.filter(Boolean).join(', ');
}

function share({ done, total }: NonNullable<StatusOutput['cleaning']>['units']): string {
  return `${Math.floor((100 * done) / Math.max(total, 1))}%`;
}

/** `under configuration 1f3a…: 312 of 1,200 units, about 3 min left` */
function describeCleaning({ configId, units, again, secondsLeft }: NonNullable<StatusOutput['cleaning']>): string {
  const which = again && configId !== null ? `under configuration ${configId}: ` : '';
  const left = secondsLeft === null ? '' : `, about ${duration(secondsLeft * 1000)} left`;
  return `${which}${count(units.done)} of ${plural(units.total, 'unit')}${left}`;
}

const UNITS = { gather: 'batches', shards: 'shards' } as const;

/** `gather: 412 of 1,250 batches, 100,000,000 items, last written 2026-11-30 14:03 UTC, about $1.32 so far` */
function describeIndexing({
  phase,
  done,
  total,
  items,
  changedAt,
  usd,
}: NonNullable<StatusOutput['indexing']>): string {
  const steps = phase === 'decide' ? 'decide: Spark' : `${phase}: ${count(done)} of ${count(total)} ${UNITS[phase]}`;
  const written = `last written ${changedAt.slice(0, 16).replace('T', ' ')} UTC`;
  const cost = usd === null ? [] : [usd < 0.01 ? 'less than $0.01 so far' : `about $${usd.toFixed(2)} so far`];
  return [steps, plural(items, 'item'), written, ...cost].join(', ');
}

function distinctText(distinct: number | null): string {
  return distinct === null ? '' : `, ${count(distinct)} distinct in the snapshot`;
}

function describeSplits({ train, validation, test }: NonNullable<StatusOutput['snapshot']>['splits']): string {
  return `${count(train)} train, ${count(validation)} validation, ${count(test)} test`;
}

// goldpan status [dataset]: what counts, what was refused and why, and what became of it.

import { count, duration } from '#core/base/format.ts';
import { Refusal } from '#core/ingest/messages.ts';
import { DIMENSIONS } from '#core/kinds/define/issue-kind.ts';
import { describeIssue, ISSUES, type IssueCode } from '#core/kinds/issues.ts';
import { scoreText } from '#core/pages/quality/words.ts';
import { readJson } from '#core/store/json.ts';
import { DATASET_NAME, idInKey, keys, NO_DATASET, parseDropKey } from '#core/store/keys.ts';
import { itemWord, plural, table } from '../../cli/terminal/format.ts';
import type { Style } from '../../cli/terminal/terminal.ts';
import type { DatasetsAnswer, RejectedItem, StatusAnswer } from '../answers.ts';
import type { Context } from '../context.ts';
import type { Cloud } from '../deployment.ts';
import { CommandFailure, EXIT } from '../failure.ts';
import { readCurrentModel } from '../training/run-facts.ts';
import { readConfig, readStatus } from './read-status.ts';

export async function status({ cloud }: Context, dataset: string, { show }: { show: number }): Promise<StatusAnswer> {
  const answer = await readStatus(cloud, checkedDataset(dataset), show);
  if (answer) return answer;
  throw new CommandFailure(`There is no dataset ${dataset} in ${cloud.drop.bucket}.`, {
    next: `Drop something: goldpan put <folder> --dataset ${dataset}. Or see what is there: goldpan status`,
  });
}

/** Every dataset, and the objects that lie in none. */
export async function statusOfAll({ cloud }: Context, { show }: { show: number }): Promise<DatasetsAnswer> {
  const datasets: DatasetsAnswer['datasets'] = [];
  for (const dataset of await listDatasets(cloud)) {
    const [config, current] = await Promise.all([
      readConfig(cloud.data, dataset),
      readCurrentModel(cloud.data, dataset),
    ]);
    datasets.push({ dataset, kind: config?.config.kind ?? null, currentModel: current?.modelId ?? null });
  }
  return { datasets, outsideAnyDataset: await outsideAnyDataset(cloud, show) };
}

export function checkedDataset(dataset: string): string {
  if (DATASET_NAME.test(dataset)) return dataset;
  throw new CommandFailure(`${JSON.stringify(dataset)} is no name for a dataset.`, {
    next: 'Use a-z, 0-9 and -, at most 63 characters, not starting with -.',
    exitCode: EXIT.usage,
  });
}

export function printStatus(answer: StatusAnswer, style: Style): string {
  const { kind, uploads, items, cleaning, snapshot, run, current } = answer;
  const rows = [
    ['uploads', count(uploads.total), describeUploads(uploads)],
    [
      `${itemWord(kind)}s`,
      count(items.accepted),
      `accepted, ${count(items.rejected)} rejected${distinctText(items.distinct)}`,
    ],
  ];
  if (cleaning)
    rows.push([cleaning.again ? 're-cleaning' : 'cleaning', share(cleaning.units), describeCleaning(cleaning)]);
  if (snapshot) rows.push(['snapshot', snapshot.snapshotId.slice(0, 16), describeSplits(snapshot.splits)]);
  if (answer.scores) rows.push(['quality', scoreText(answer.scores.total), describeScores(answer.scores)]);
  if (run) rows.push(['run', run.runId, `${run.status}, epoch ${run.epoch} of ${run.epochs}`]);
  rows.push(['model', current?.modelId ?? 'none', current ? `serves since ${current.promotedAt}` : '']);
  const lines = [
    style.bold(`${answer.dataset} (${answer.kind ?? 'no configuration yet'})`),
    table(rows),
    ...printIssues(items.byIssue),
    ...printRejected(answer.rejected, items.rejected, `goldpan status ${answer.dataset}`),
    ...(items.rejected > 0 ? ['', `Look into it: goldpan quarantine list ${answer.dataset}`] : []),
  ];
  return lines.join('\n');
}

export function printDatasets({ datasets, outsideAnyDataset }: DatasetsAnswer): string {
  const rows = datasets.map(({ dataset, kind, currentModel }) => [dataset, kind ?? '-', currentModel ?? '-']);
  const listing =
    rows.length > 0
      ? [table([['dataset', 'kind', 'model'], ...rows])]
      : ['No dataset yet. goldpan put <folder> --dataset <name>'];
  return [...listing, ...printRejected(outsideAnyDataset, outsideAnyDataset.length, 'goldpan status')].join('\n');
}

/** One line a code, the most frequent first. */
export function printIssues(byIssue: StatusAnswer['items']['byIssue']): string[] {
  const entries = (Object.entries(byIssue) as [IssueCode, number][]).sort(([, a], [, b]) => b - a);
  if (entries.length === 0) return [];
  return [
    '',
    table(
      entries.map(([code, times]) => [count(times), code, ISSUES[code].sentence]),
      [0],
    ),
  ];
}

/** Each with its code and its reason in plain words, and how to see the rest. */
export function printRejected(rejected: readonly RejectedItem[], total: number, command: string): string[] {
  const lines = rejected.map(({ key, issues }) =>
    issues.map((issue) => `  ${key}: ${issue.code}: ${describeIssue(issue)}`),
  );
  if (lines.length === 0) return [];
  const rest = total - lines.length;
  const more = rest > 0 ? [`  and ${plural(rest, 'more', 'more')}: ${command} --show ${total}`] : [];
  return ['', 'Refused or in quarantine:', ...lines.flat(), ...more];
}

/** Reads one key per dataset: after `<dataset>/...` the listing goes on behind the dataset's last possible key. */
async function listDatasets({ drop }: Pick<Cloud, 'drop'>): Promise<string[]> {
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

async function outsideAnyDataset({ drop, data }: Pick<Cloud, 'drop' | 'data'>, show: number): Promise<RejectedItem[]> {
  const found: RejectedItem[] = [];
  for await (const { key } of data.list(keys.allRefused(NO_DATASET))) {
    if (found.length >= show) break;
    const refusal = await readJson(data, keys.refused(NO_DATASET, idInKey(key)), Refusal);
    const there = refusal && (await drop.head(refusal.value.source.key));
    if (refusal && there) found.push({ key: refusal.value.source.key, unit: null, issues: refusal.value.issues });
  }
  return found;
}

function describeScores(scores: NonNullable<StatusAnswer['scores']>): string {
  return DIMENSIONS.map((dimension) => `${dimension} ${scoreText(scores[dimension])}`).join(', ');
}

function describeUploads({ accepted, partly, rejected, pending }: StatusAnswer['uploads']): string {
  const parts = [
    `${count(accepted)} accepted`,
    partly > 0 ? `${count(partly)} partly` : '',
    rejected > 0 ? `${count(rejected)} rejected` : '',
    pending > 0 ? `${count(pending)} pending` : '',
  ];
  return parts.filter(Boolean).join(', ');
}

function share({ done, total }: NonNullable<StatusAnswer['cleaning']>['units']): string {
  return `${Math.floor((100 * done) / Math.max(total, 1))}%`;
}

/** `under configuration 1f3a…: 312 of 1,200 units, about 3 min left` */
function describeCleaning({ configId, units, again, secondsLeft }: NonNullable<StatusAnswer['cleaning']>): string {
  const which = again && configId !== null ? `under configuration ${configId}: ` : '';
  const left = secondsLeft === null ? '' : `, about ${duration(secondsLeft * 1000)} left`;
  return `${which}${count(units.done)} of ${plural(units.total, 'unit')}${left}`;
}

function distinctText(distinct: number | null): string {
  return distinct === null ? '' : `, ${count(distinct)} distinct in the snapshot`;
}

function describeSplits({ train, validation, test }: NonNullable<StatusAnswer['snapshot']>['splits']): string {
  return `${count(train)} train, ${count(validation)} validation, ${count(test)} test`;
}

// goldpan report <dataset>: one page that says whether the data is good enough, why not, and what to do.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { count } from '#core/base/format.ts';
import { DIMENSIONS } from '#core/kinds/define/issue-kind.ts';
import { ISSUES } from '#core/kinds/issues.ts';
import { TRAINED_KINDS } from '#core/kinds/registry/definitions.ts';
import { findingText, scoreText } from '#core/pages/quality/words.ts';
import { decideGate } from '#core/snapshot/gate.ts';
import { type AssembleRequest, Sealed } from '#core/snapshot/messages.ts';
import { adviseOn } from '#core/snapshot/quality/advice.ts';
import { Quality } from '#core/snapshot/quality/quality.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { itemWord, plural, table } from '../../cli/terminal/format.ts';
import type { Style } from '../../cli/terminal/terminal.ts';
import type { Context } from '../context.ts';
import { CommandFailure } from '../failure.ts';
import { assembleName, fingerprintOf } from '../training/fingerprint.ts';
import { followExecution } from '../training/follow-execution.ts';
import { latestQuality } from '../training/run-facts.ts';
import type { ReportAnswer } from './quality-answers.ts';
import { readConfig } from './read-status.ts';
import { checkedDataset } from './status.ts';

const MOST_ATTEMPTS = 5;
const REASONS_SHOWN = 5;

export type ReportOptions = { readonly out?: string | undefined };

/** The snapshot of what counts now is made first where there is none; nothing is trained. */
export async function report(context: Context, givenDataset: string, { out }: ReportOptions): Promise<ReportAnswer> {
  const { cloud, terminal } = context;
  const dataset = checkedDataset(givenDataset);
  const { quality, current } = await qualityNow(context, dataset);
  const page = await cloud.data.get(keys.qualityPage(dataset, quality.snapshotId));
  if (!page)
    throw new CommandFailure(`Snapshot ${quality.snapshotId} of ${dataset} has no page.`, {
      next: `Make it anew with a right to start executions: goldpan report ${dataset}`,
    });
  if (!current)
    terminal.say('The newest snapshot is shown: making one of what counts now is not allowed to this user.');
  const file = resolve(out ?? `${dataset}-quality.html`);
  writeFileSync(file, page.body);
  const { config } = (await readConfig(cloud.data, dataset)) ?? {};
  if (!config) throw new CommandFailure(`${dataset} has no configuration.`, { next: `goldpan status ${dataset}` });
  const { splits, byLabel, scores } = quality;
  const distinctItems = Object.values(splits).reduce((sum, items) => sum + items, 0);
  const asked = { trigger: 'report', forcedBy: null, newItems: null } as const;
  const gate = decideGate(config.gate, { distinctItems, splits, byLabel, quality: scores.total, ...asked });
  return { dataset, current, file, gate, next: adviseOn(quality, gate), quality };
}

export function printReport({ quality, gate, next, file }: ReportAnswer, style: Style): string {
  const { dataset, kind, scores, losses, items, byIssue } = quality;
  const rows = DIMENSIONS.map((dimension) => {
    const [worst] = losses.filter((loss) => loss.dimension === dimension).sort((a, b) => b.loss - a.loss);
    const why = worst ? `${count(worst.items)} ${findingText(worst)}` : '';
    return [`  ${dimension}`, scoreText(scores[dimension]), scores[dimension] === null ? '' : why];
  });
  const reasons = Object.entries(byIssue)
    .sort(([, a], [, b]) => b - a)
    .slice(0, REASONS_SHOWN)
    .map(([code, times]) => [`  ${count(times)}`, code, ISSUES[code as keyof typeof ISSUES].sentence]);
  const verdict = !TRAINED_KINDS.includes(kind)
    ? `a snapshot to use elsewhere: models are made of ${TRAINED_KINDS.join(', ')} data only`
    : gate.outcome === 'refused'
      ? style.bad('not enough to train on')
      : gate.missing.length > 0
        ? 'less than dataset.yaml asks for'
        : style.good('enough to train on');
  return [
    `${style.bold(`${dataset}: quality ${scoreText(scores.total)} of 1.00`)}, ${plural(items.distinct, `distinct ${itemWord(kind)}`)}, ${verdict}`,
    table(rows),
    ...(reasons.length > 0 ? ['', 'Found most often:', table(reasons, [0])] : []),
    ...(next.length > 0 ? ['', 'What to do next:'] : []),
    ...next.map(({ text, gain }, i) => `  ${i + 1}. ${text}${gain === null ? '' : ` (+${gain.toFixed(3)})`}`),
    '',
    `The page, with the items themselves: ${file}`,
  ].join('\n');
}

/** Of what counts now; of the newest snapshot where this user may only read. */
async function qualityNow(context: Context, dataset: string): Promise<{ quality: Quality; current: boolean }> {
  const { data } = context.cloud;
  try {
    const snapshotId = await assembleForReport(context, dataset);
    const quality = await readJson(data, keys.quality(dataset, snapshotId), Quality);
    if (quality) return { quality: quality.value, current: true };
  } catch (error) {
    if (!(error instanceof Error && /AccessDenied/.test(error.name))) throw error;
    const quality = await latestQuality(data, dataset);
    if (quality) return { quality, current: false };
  }
  throw new CommandFailure(`There is no snapshot of ${dataset} yet.`, {
    next: `Somebody who may start executions makes one: goldpan report ${dataset}`,
  });
}

/** The same data and settings are the same execution: it is followed where it exists, and tried anew where it failed. */
async function assembleForReport(context: Context, dataset: string): Promise<string> {
  const { cloud, terminal, clock } = context;
  const request: Omit<AssembleRequest, 'attempt'> = { dataset, trigger: 'report', train: {}, force: null };
  const fingerprint = await fingerprintOf(context, request);
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    const name = assembleName(dataset, fingerprint, attempt);
    const begun = await cloud.assemble.start(name, { ...request, attempt });
    terminal.live(`Assembling ${dataset}`);
    const { status, output, cause } = await followExecution(cloud.assemble, name, clock);
    terminal.live(undefined);
    if (status === 'SUCCEEDED') return Sealed.parse(output).snapshotId;
    if (begun === 'started') throw assembleFailure(dataset, cause ?? status);
  }
  throw assembleFailure(dataset, `${MOST_ATTEMPTS} attempts failed`);
}

function assembleFailure(dataset: string, cause: string): CommandFailure {
  return new CommandFailure(`Assembling ${dataset} failed: ${cause}`, {
    next: 'Try again; if it fails again, look at the execution in Step Functions.',
  });
}

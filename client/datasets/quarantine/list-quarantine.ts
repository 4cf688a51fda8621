// Lists rejected items and counts them.
import type { IssueCode } from '#core/kinds/issues.ts';
import type { Context } from '../../context.ts';
import { checkedDataset } from '../checked-dataset.ts';
import { heldItems, readVerdicts, shownHeld } from './held-items.ts';
import type { QuarantineOutput } from './output.ts';
import { openCounts } from './rejected-counts.ts';
import { configOf } from './source-of.ts';

export type ListOptions = {
  /** Most items to return. */
  readonly show: number;
  /** Only items rejected for one of these codes; empty: all. */
  readonly rules: readonly IssueCode[];
};

/** Throws ClientFailure when there is no such dataset. */
export async function listQuarantine(
  { deployment }: Context,
  givenDataset: string,
  { show, rules }: ListOptions,
): Promise<QuarantineOutput> {
  const dataset = checkedDataset(givenDataset);
  const verdicts = await readVerdicts(deployment, dataset);
  const { current, counts, refusals } = verdicts;
  if (!current && refusals.length === 0) await configOf(deployment, verdicts, dataset);
  const counter = openCounts();
  const items: QuarantineOutput['items'] = [];
  let seen = 0;
  let held = 0;
  for await (const item of heldItems(deployment.data, verdicts.verdicts)) {
    seen++;
    if (rules.length > 0 && !item.issues.some(({ code }) => rules.includes(code))) continue;
    held++;
    counter.add(item);
    if (items.length < show) items.push(shownHeld(item));
  }
  return {
    dataset,
    kind: current?.config.kind ?? null,
    configId: current?.configId ?? null,
    held,
    countedOnly: Math.max(0, counts.items.rejected - refusals.length - seen),
    ...counter.done(),
    items,
    refused: refusals.map(({ source, issues }) => ({ key: source.key, unit: null, issues })),
  };
}

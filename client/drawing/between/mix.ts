// Generates what is between given images or texts: one hybrid, or a strip from one to the other.
import { plural } from '#core/base/format.ts';
import type { Context } from '../../context.ts';
import { checkedDataset } from '../../datasets/checked-dataset.ts';
import { ClientFailure, EXIT } from '../../failure.ts';
import { drawSamples } from '../draw.ts';
import { readGivenItems } from '../given-items.ts';
import type { DrawOutput } from '../output.ts';

type Options = {
  readonly out?: string | undefined;
  readonly model?: string | undefined;
  readonly labels: readonly string[];
};
export type MixOptions = Options & {
  /** Texts, paths of files, or beginnings of item ids. */
  readonly items: readonly string[];
  /** In the order of the items; empty: equal weights. */
  readonly weights: readonly number[];
  /** In the order of the items: the class that each is turned into. Empty: each stays what it is. */
  readonly as?: readonly string[];
};
export type StripOptions = Options & { readonly from: string; readonly to: string; readonly steps: number };

/** Throws ClientFailure for fewer than two items that are not turned into a class, and for other numbers of weights or classes than of items. */
export function checkMix({
  items,
  weights,
  labels,
  as = [],
}: Pick<MixOptions, 'items' | 'weights' | 'labels' | 'as'>): void {
  if (items.length === 0 || (items.length === 1 && as.length === 0))
    throw usage(
      `A hybrid needs at least two items, not ${items.length}.`,
      'Give --item twice or more, or one and --as with the class that it shall become.',
    );
  if (weights.length > 0 && weights.length !== items.length)
    throw usage(
      `${items.length} items are given, but ${plural(weights.length, 'weight')}.`,
      'Give as many weights as items, as in --weights 0.7,0.3.',
    );
  if (labels.length > 0 && labels.length !== items.length)
    throw usage(
      `${items.length} items are given, but --label is given ${timesOf(labels)}.`,
      'Give as many --label as --item.',
    );
  if (as.length > 0 && as.length !== items.length)
    throw usage(
      `${plural(items.length, 'item')} ${items.length === 1 ? 'is' : 'are'} given, but --as is given ${timesOf(as)}.`,
      'Give as many --as as --item: the class of an item itself leaves it as it is.',
    );
}

/** Throws ClientFailure for what checkMix refuses, and for items that cannot be read. */
export async function mix(context: Context, givenDataset: string, options: MixOptions): Promise<DrawOutput> {
  const { items, weights, labels, as = [], model, out } = options;
  checkMix(options);
  const dataset = checkedDataset(givenDataset);
  const given = await readGivenItems(context.deployment, { dataset, model, items, labels });
  const weighted = given.items.map((item, i) => ({
    ...item,
    ...(as[i] !== undefined && { as: as[i] }),
    weight: weights[i] ?? 1,
  }));
  return drawSamples(context, dataset, 'mix', {
    out,
    name: 'hybrid',
    count: 1,
    request: { items: weighted, model: given.modelId },
  });
}

type Ends = Pick<StripOptions, 'from' | 'to'>;

/** The two ends of a strip; undefined where none is given, or two classes alone. Throws ClientFailure for one end or class. */
export function endsOf(
  dataset: string,
  { from, to, labels }: Partial<Ends> & Pick<Options, 'labels'>,
): Ends | undefined {
  if (from !== undefined && to !== undefined) {
    if (labels.length === 0 || labels.length === 2) return { from, to };
    throw usage(`There are two ends, but --label is given ${timesOf(labels)}.`, 'Give --label twice, or leave it out.');
  }
  const command = `goldpan interpolate ${dataset}`;
  if (from !== undefined) throw usage('--from is given without --to.', `Write: ${command} --from ${from} --to FILE`);
  if (to !== undefined) throw usage('--to is given without --from.', `Write: ${command} --from FILE --to ${to}`);
  if (labels.length > 0 && labels.length !== 2)
    throw usage(
      `--label is given ${timesOf(labels)}. Steps lead from one class to another.`,
      `Write: ${command} --label CLASS --label CLASS`,
    );
  return undefined;
}

/** Both ends of the strip are reconstructions of the two images by the model. */
export async function drawStrip(context: Context, givenDataset: string, options: StripOptions): Promise<DrawOutput> {
  const { from, to, steps, labels, model, out } = options;
  const dataset = checkedDataset(givenDataset);
  const given = await readGivenItems(context.deployment, { dataset, model, items: [from, to], labels });
  const [first, last] = given.items;
  const request = { from: first, to: last, steps, model: given.modelId };
  return drawSamples(context, dataset, 'interpolate', { out, name: 'interpolation', count: steps, request });
}

function timesOf({ length }: readonly unknown[]): string {
  return length === 1 ? 'once' : `${length} times`;
}

function usage(what: string, next: string): ClientFailure {
  return new ClientFailure(what, { next, exitCode: EXIT.usage });
}

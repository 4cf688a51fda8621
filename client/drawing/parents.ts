// The training items that images or samples are nearest to, by their paths.
import * as z from 'zod';
import { type CardOf, ModelCard } from '#core/model/messages/card.ts';
import type { GivenItem } from '#core/model/messages/endpoint-api.ts';
import { ParentsAnswer } from '#core/model/parents/parents-answer.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Context } from '../context.ts';
import { checkedDataset } from '../datasets/checked-dataset.ts';
import { ClientFailure, EXIT } from '../failure.ts';
import { callEndpoint } from './endpoint.ts';
import { readGivenItems } from './given-items.ts';
import { readSplitRows } from './snapshot-item.ts';

export type ParentsOptions = {
  /** Paths of files, or beginnings of item ids. */
  readonly items: readonly string[];
  /** Seeds of the samples. */
  readonly seeds: readonly number[];
  readonly k: number;
  readonly model?: string | undefined;
};

export const ParentsOutput = z.strictObject({
  modelId: z.string(),
  trainItems: z.int(),
  /** A distance below this counts as a copy; null if there are too few held-out items. */
  copyDistance: z.number().nullable(),
  items: z.array(
    z.strictObject({
      item: z.string(),
      isCopy: z.boolean().nullable(),
      /** Share of held-out items that are nearer to a training item. */
      closerHeldOut: z.number().nullable(),
      parents: z.array(z.strictObject({ itemId: z.string(), path: z.string(), distance: z.number() })),
    }),
  ),
});
export type ParentsOutput = z.infer<typeof ParentsOutput>;

/** Throws ClientFailure where nothing is given, and when the endpoint refuses the request. */
export async function findParents(
  { deployment }: Context,
  givenDataset: string,
  { items, seeds, k, model }: ParentsOptions,
): Promise<ParentsOutput> {
  if (items.length + seeds.length === 0)
    throw new ClientFailure('Neither --item nor --seed is given.', {
      next: 'Give one of them, once or more.',
      exitCode: EXIT.usage,
    });
  const dataset = checkedDataset(givenDataset);
  const given =
    items.length === 0 ? undefined : await readGivenItems(deployment, { dataset, model, items, labels: [] });
  const asked: GivenItem[] = [...(given?.items ?? []), ...seeds.map((seed) => ({ seed }))];
  const body = { items: asked, k, model: given?.modelId ?? model };
  const reply = await callEndpoint(deployment, { dataset, operation: 'parents', accept: 'application/json', body });
  const answer = ParentsAnswer.parse(JSON.parse(new TextDecoder().decode(reply.body)));
  const card = (await readJson(deployment.data, keys.modelCard(dataset, answer.modelId), ModelCard))?.value;
  const rows = await readSplitRows(deployment.data, card as CardOf<'image'>, 'train');
  const names = [...items, ...seeds.map((seed) => `seed ${seed}`)];
  return {
    modelId: answer.modelId,
    trainItems: answer.trainItems,
    copyDistance: answer.copyDistance,
    items: answer.items.map(({ parents, isCopy, closerHeldOut }, i) => ({
      ...{ item: names[i] ?? '', isCopy, closerHeldOut },
      parents: parents.map(({ row, distance }) => {
        const { itemId = '', path = '' } = rows[row] ?? {};
        return { itemId, path, distance };
      }),
    })),
  };
}

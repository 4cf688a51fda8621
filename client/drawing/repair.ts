// Repairs given images with a model.
import type { Context } from '../context.ts';
import { checkedDataset } from '../datasets/checked-dataset.ts';
import { drawSamples } from './draw.ts';
import { readGivenItems } from './given-items.ts';
import type { DrawOutput } from './output.ts';

export type RepairOptions = {
  /** Path of a file, or the beginning of an item id. */
  readonly item: string;
  /** `compose` only: the image whose region is inserted, in the same form. */
  readonly source?: string | undefined;
  /** Path of a PNG. */
  readonly mask?: string | undefined;
  readonly label?: string | undefined;
  readonly method: string;
  readonly model?: string | undefined;
  readonly out: string;
};

/** Throws ClientFailure for files that are no images, a mask of another size, and when the endpoint refuses the request. */
export async function repair(
  context: Context,
  givenDataset: string,
  operation: 'reconstruct' | 'inpaint' | 'denoise' | 'compose',
  { item, source, mask, label, method, model, out }: RepairOptions,
): Promise<DrawOutput> {
  const dataset = checkedDataset(givenDataset);
  const items = [item, ...(source === undefined ? [] : [source])];
  const labels = label === undefined ? [] : [label];
  const given = await readGivenItems(context.deployment, { dataset, model, items, labels, mask });
  const [first, second] = given.items;
  const request = {
    ...{ item: first, method, model: given.modelId },
    ...(second && { source: second }),
    ...(given.mask !== undefined && { mask: given.mask }),
  };
  return drawSamples(context, dataset, operation, { out, count: 1, request });
}

// Repairs given images and clips with a model.
import { checkFile } from '../check-file.ts';
import type { Context } from '../context.ts';
import { checkedDataset } from '../datasets/checked-dataset.ts';
import { ClientFailure, EXIT } from '../failure.ts';
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
  /** `inpaint` of clips: seconds, as in 0.3-0.45. */
  readonly gap?: string | undefined;
  readonly label?: string | undefined;
  readonly method: string;
  readonly model?: string | undefined;
  /** Undefined: the name of the operation's files, with the extension of the kind of data. */
  readonly out?: string | undefined;
};

/** An operation of the endpoint, and the name of the file that it writes if none is given. */
type RepairOperation = { readonly operation: string; readonly name: string };

/** Throws ClientFailure for a gap that is no range, and for a mask that is not there. */
export function checkRepair({ mask, gap }: Pick<RepairOptions, 'mask' | 'gap'>): void {
  if (mask !== undefined) checkFile(mask);
  if (gap !== undefined) readGap(gap);
}

/** Throws ClientFailure where nothing says what is to be filled. */
export function checkHole({ mask, gap }: Pick<RepairOptions, 'mask' | 'gap'>): void {
  if (mask !== undefined || gap !== undefined) return;
  throw new ClientFailure('Nothing says what is to be filled.', {
    next: 'Give the hole of an image as a picture, --mask hole.png, or the gap of a clip in seconds, --gap 0.3-0.45.',
    exitCode: EXIT.usage,
  });
}

/** Throws ClientFailure for files that are no images, a mask of another size, and when the endpoint refuses the request. */
export async function repair(
  context: Context,
  givenDataset: string,
  { operation, name }: RepairOperation,
  { item, source, mask, gap: gapText, label, method, model, out }: RepairOptions,
): Promise<DrawOutput> {
  const dataset = checkedDataset(givenDataset);
  const items = [item, ...(source === undefined ? [] : [source])];
  const labels = label === undefined ? [] : [label];
  const gap = gapText === undefined ? undefined : readGap(gapText);
  const given = await readGivenItems(context.deployment, { dataset, model, items, labels, mask, gap });
  const [first, second] = given.items;
  const request = {
    ...{ item: first, method, model: given.modelId },
    ...(second && { source: second }),
    ...(given.mask !== undefined && { mask: given.mask }),
    ...(gap && { gap }),
  };
  return drawSamples(context, dataset, operation, { out, name, count: 1, request });
}

function readGap(text: string): { from: number; to: number } {
  const [from, to] = (/^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/.exec(text) ?? []).slice(1).map(Number);
  if (from !== undefined && to !== undefined && from < to) return { from, to };
  throw new ClientFailure(`--gap ${text} is no range of seconds.`, {
    next: 'Give where it begins and ends, as in --gap 0.3-0.45.',
    exitCode: EXIT.usage,
  });
}

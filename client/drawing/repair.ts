// Repairs given images, clips and texts with a model.
import { checkFile } from '../check-file.ts';
import type { Context } from '../context.ts';
import { checkedDataset } from '../datasets/checked-dataset.ts';
import { ClientFailure, EXIT } from '../failure.ts';
import { drawSamples } from './draw.ts';
import { readGivenItems } from './given-items.ts';
import type { DrawOutput } from './output.ts';

/** Of texts only: members of the request that say what the filling of a gap is to be. */
const FILLING = ['n', 'seed', 'temperature', 'minLength', 'maxLength', 'characters'] as const;
type Filling = { readonly [Name in (typeof FILLING)[number]]?: string | number | undefined };

export type RepairOptions = Filling & {
  /** Path of a file, or the beginning of an item id. */
  readonly item: string;
  /** `compose` only: the image whose region is inserted, in the same form. */
  readonly source?: string | undefined;
  /** Path of a PNG. */
  readonly mask?: string | undefined;
  /** `inpaint` of clips: seconds, as in 0.3-0.45; of texts: characters, as in 3-5, or 3- to continue a text. */
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

/** Throws ClientFailure if neither a mask nor a gap is given. */
export function checkHole({ mask, gap }: Pick<RepairOptions, 'mask' | 'gap'>): void {
  if (mask !== undefined || gap !== undefined) return;
  throw new ClientFailure('The part to fill is not given.', {
    next: 'Give the hole of an image as a picture, --mask hole.png, the gap of a clip in seconds, --gap 0.3-0.45, or that of a text in characters, --gap 3-5.',
    exitCode: EXIT.usage,
  });
}

/** Throws ClientFailure for files that are no images, a mask of another size, and when the endpoint refuses the request. */
export async function repair(
  context: Context,
  givenDataset: string,
  { operation, name }: RepairOperation,
  { item, source, mask, gap: gapText, label, method, model, out, ...more }: RepairOptions,
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
    ...Object.fromEntries(FILLING.flatMap((key) => (more[key] === undefined ? [] : [[key, more[key]]]))),
  };
  return drawSamples(context, dataset, operation, { out, name, count: Number(more.n ?? 1), request });
}

function readGap(text: string): { from: number; to?: number } {
  const { from, to } = /^(?<from>\d+(?:\.\d+)?)-(?<to>\d+(?:\.\d+)?)?$/.exec(text)?.groups ?? {};
  if (from !== undefined && to === undefined) return { from: Number(from) };
  if (from !== undefined && Number(from) <= Number(to)) return { from: Number(from), to: Number(to) };
  throw new ClientFailure(`--gap ${text} is no range of seconds or characters.`, {
    next: 'Give where it begins and ends: seconds of a clip, as in --gap 0.3-0.45, or characters of a text, as in --gap 3-5; --gap 3- continues a text, --gap 0.4- a clip.',
    exitCode: EXIT.usage,
  });
}

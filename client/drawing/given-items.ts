// Reads the items of a request: texts as typed; images and clips as files of this machine or items of the snapshot on which the model was trained.
import { existsSync, readFileSync } from 'node:fs';
import { readImageHeader } from '#core/kinds/image/header.ts';
import type { RawImage } from '#core/kinds/image/measure.ts';
import { describeIssue } from '#core/kinds/issues.ts';
import { type CardOf, isCardOf, ModelCard } from '#core/model/messages/card.ts';
import type { GivenItem } from '#core/model/messages/endpoint-api.ts';
import { encodePng } from '#core/pages/png.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import type { Deployment } from '../deployment.ts';
import { ClientFailure, EXIT } from '../failure.ts';
import { unknownModel } from '../models/unknown-model.ts';
import { readCurrentModel } from '../training/run-facts.ts';
import { cutToSubject } from './cut-to-subject.ts';
import { readGivenClips } from './given-clips.ts';
import { readSnapshotItem } from './snapshot-item.ts';

const GAP_NEXT = 'Give --gap with the seconds, as in --gap 0.3-0.45.';

type Given = {
  readonly dataset: string;
  readonly model: string | undefined;
  /** Texts of a model of texts; else paths of files, or beginnings of item ids. */
  readonly items: readonly string[];
  /** Classes in the order of the items; an item beyond them has the class of the snapshot, or the likeliest. */
  readonly labels: readonly string[];
  /** Path of the mask of the first item. */
  readonly mask?: string | undefined;
  /** Seconds of a clip, or characters of a text. */
  readonly gap?: { readonly from: number; readonly to?: number } | undefined;
};
type CutFile = {
  readonly pixels: Uint8Array;
  /** Width of the upright image in the file. */
  readonly width: number;
  readonly height: number;
  /** Brings another picture, decoded alike, to the size of the model in grey. */
  cut(other: RawImage): Promise<Uint8Array>;
};

/** Throws ClientFailure for a file that is no image, an id that no item or several have, and a dataset without a model. */
export async function readGivenItems(
  { data }: Pick<Deployment, 'data'>,
  { dataset, model, items, labels, mask, gap }: Given,
): Promise<{ readonly modelId: string; readonly items: GivenItem[]; readonly mask?: string }> {
  let hole: Uint8Array | undefined;
  const card = await readCard({ data }, dataset, model);
  if (isCardOf(card, 'text')) {
    if (mask !== undefined)
      throw new ClientFailure('Texts have no mask.', {
        next: 'Give --gap with the characters, as in --gap 3-5.',
        exitCode: EXIT.usage,
      });
    const texts = items.map((text, place) => ({ text, ...(labels[place] !== undefined && { label: labels[place] }) }));
    return { modelId: card.modelId, items: texts };
  }
  if (isCardOf(card, 'audio')) {
    if (mask !== undefined) throw new ClientFailure('Clips have no mask.', { next: GAP_NEXT, exitCode: EXIT.usage });
    return { modelId: card.modelId, items: await readGivenClips(data, card, items, labels) };
  }
  if (gap !== undefined)
    throw new ClientFailure('Only clips and texts have a gap.', { next: 'Give --mask.', exitCode: EXIT.usage });
  const read: GivenItem[] = [];
  for (const [place, name] of items.entries()) {
    const file = existsSync(name) ? await readFile(data, name, card) : undefined;
    const { width, height, channels } = card.input;
    const content = { holds: 'pixels', size: width * height * channels } as const;
    const { values: pixels, label } = file
      ? { values: file.pixels, label: null }
      : await readSnapshotItem<Uint8Array>(data, card, name, content);
    const named = labels[place] ?? label;
    read.push({ pixels: Buffer.from(pixels).toString('base64'), ...(named !== null && { label: named }) });
    if (place === 0 && mask !== undefined) hole = await readMask(mask, card, file);
  }
  return { modelId: card.modelId, items: read, ...(hole && { mask: Buffer.from(hole).toString('base64') }) };
}

/** Returns the mask as a PNG of the size of the model: as it is, or cut as the file of the image was. */
async function readMask(path: string, { input }: CardOf<'image'>, file: CutFile | undefined): Promise<Uint8Array> {
  const bytes = readFileSync(path);
  const { width, height } = input;
  const header = readImageHeader(bytes);
  if (header?.width === width && header.height === height) return bytes;
  const size = file && `${file.width} x ${file.height}`;
  if (!file || !header || header.width !== file.width || header.height !== file.height)
    throw new ClientFailure(
      `${path} is no image of ${[`${width} x ${height}`, size].filter(Boolean).join(' or ')} pixels.`,
      {
        next: 'Give a PNG of the size of the image, white where it is to be changed.',
        exitCode: EXIT.usage,
      },
    );
  const { decodeImage } = await import('#core/kinds/image/decode.ts');
  // The cut of a photo takes colours.
  const decoded = await decodeImage(bytes, path, { ...input, channels: input.fit === 'subject' ? 3 : 1 });
  if (!decoded.ok) throw new ClientFailure(`${path}: ${describeIssue(decoded.issue)}`, { exitCode: EXIT.usage });
  const pixels = await file.cut(decoded.image.photo ?? decoded.image.picture);
  return encodePng({ width, height, channels: 1, pixels });
}

async function readCard(
  { data }: Pick<Deployment, 'data'>,
  dataset: string,
  model: string | undefined,
): Promise<CardOf<'image'> | CardOf<'audio'> | CardOf<'text'>> {
  const modelId = model ?? (await readCurrentModel(data, dataset))?.modelId;
  if (modelId === undefined)
    throw new ClientFailure(`${dataset} has no model that serves.`, { next: `Train one: goldpan fit ${dataset}` });
  const card = (await readJson(data, keys.modelCard(dataset, modelId), ModelCard))?.value;
  if (!card) throw await unknownModel(data, dataset, modelId);
  if (isCardOf(card, 'image') || isCardOf(card, 'audio') || isCardOf(card, 'text')) return card;
  throw new ClientFailure(`${modelId} draws ${card.input.kind} data, which cannot be interpolated or mixed.`, {
    exitCode: EXIT.usage,
  });
}

/** Returns the pixels at the size of the model, as a snapshot has them. */
async function readFile(data: Store, path: string, card: CardOf<'image'>): Promise<CutFile> {
  const { input: image } = card;
  const { decodeImage, resizeImage } = await import('#core/kinds/image/decode.ts');
  const decoded = await decodeImage(readFileSync(path), path, image);
  if (!decoded.ok)
    throw new ClientFailure(`${path}: ${describeIssue(decoded.issue)}`, {
      next: 'Give a JPEG, PNG or WebP image.',
      exitCode: EXIT.usage,
    });
  const { picture, photo, header } = decoded.image;
  const { width, height } = header;
  if (photo) return { width, height, ...(await cutToSubject(data, card, photo)) };
  const cut = async (other: RawImage) => (await resizeImage(other, { ...image, channels: 1 })).pixels;
  return { width, height, pixels: (await resizeImage(picture, image)).pixels, cut };
}

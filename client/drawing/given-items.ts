// Images that a request brings along: files of this machine, or items of the snapshot that the model was trained on.
import { existsSync, readFileSync } from 'node:fs';
import { describeIssue } from '#core/kinds/issues.ts';
import { type CardOf, isCardOf, ModelCard } from '#core/model/messages/card.ts';
import type { GivenItem } from '#core/model/messages/endpoint-api.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import type { Deployment } from '../deployment.ts';
import { ClientFailure, EXIT } from '../failure.ts';
import { unknownModel } from '../models/unknown-model.ts';
import { readCurrentModel } from '../training/run-facts.ts';
import { cutToSubject } from './cut-to-subject.ts';
import { readSnapshotItem } from './snapshot-item.ts';

type Given = {
  readonly dataset: string;
  readonly model: string | undefined;
  /** Paths of files, or beginnings of item ids. */
  readonly items: readonly string[];
  /** Classes in the order of the items; an item beyond them has the class of the snapshot, or the likeliest. */
  readonly labels: readonly string[];
};

/** Throws ClientFailure for a file that is no image, an id that no item or several have, and a dataset without a model. */
export async function readGivenItems(
  { data }: Pick<Deployment, 'data'>,
  { dataset, model, items, labels }: Given,
): Promise<{ readonly modelId: string; readonly items: GivenItem[] }> {
  const card = await readCard({ data }, dataset, model);
  const read: GivenItem[] = [];
  for (const [place, name] of items.entries()) {
    const { pixels, label } = existsSync(name)
      ? { pixels: await readFile(data, name, card), label: null }
      : await readSnapshotItem(data, card, name);
    const named = labels[place] ?? label;
    read.push({ pixels: Buffer.from(pixels).toString('base64'), ...(named !== null && { label: named }) });
  }
  return { modelId: card.modelId, items: read };
}

async function readCard(
  { data }: Pick<Deployment, 'data'>,
  dataset: string,
  model: string | undefined,
): Promise<CardOf<'image'>> {
  const modelId = model ?? (await readCurrentModel(data, dataset))?.modelId;
  if (modelId === undefined)
    throw new ClientFailure(`${dataset} has no model that serves.`, { next: `Train one: goldpan fit ${dataset}` });
  const card = (await readJson(data, keys.modelCard(dataset, modelId), ModelCard))?.value;
  if (!card) throw await unknownModel(data, dataset, modelId);
  if (!isCardOf(card, 'image'))
    throw new ClientFailure(`${modelId} draws ${card.input.kind} data, between which nothing lies.`, {
      exitCode: EXIT.usage,
    });
  return card;
}

/** Returns the pixels at the size of the model, as a snapshot has them. */
async function readFile(data: Store, path: string, card: CardOf<'image'>): Promise<Uint8Array> {
  const { input: image } = card;
  const { decodeImage, resizeImage } = await import('#core/kinds/image/decode.ts');
  const decoded = await decodeImage(readFileSync(path), path, image);
  if (!decoded.ok)
    throw new ClientFailure(`${path}: ${describeIssue(decoded.issue)}`, {
      next: 'Give a JPEG, PNG or WebP image.',
      exitCode: EXIT.usage,
    });
  const { picture, photo } = decoded.image;
  return photo ? cutToSubject(data, card, photo) : (await resizeImage(picture, image)).pixels;
}

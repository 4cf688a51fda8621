// Hybrids of two photos without a model. Photos are cut to their subject where the dataset has learned it.
import { readFileSync } from 'node:fs';
import { describeIssue } from '#core/kinds/issues.ts';
import { isCardOf, ModelCard } from '#core/model/messages/card.ts';
import { encodePng } from '#core/pages/png.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import type { Context } from '../context.ts';
import { checkedDataset } from '../datasets/checked-dataset.ts';
import { ClientFailure, EXIT } from '../failure.ts';
import { readCurrentModel } from '../training/run-facts.ts';
import { checkMorph } from './check-morph.ts';
import { cutToSubject } from './cut-to-subject.ts';
import { drawSamples } from './draw.ts';
import type { DrawOutput } from './output.ts';

export type MorphOptions = {
  /** Paths of two files. */
  readonly items: readonly string[];
  readonly size: number;
  readonly steps: number;
  readonly share: number;
  readonly out: string;
};

/** Throws ClientFailure for what checkMorph refuses, and for files that are no images. */
export async function morph(context: Context, givenDataset: string, options: MorphOptions): Promise<DrawOutput> {
  const { items: paths, size, steps, share, out } = options;
  checkMorph(paths);
  const dataset = checkedDataset(givenDataset);
  const template = await subjectOf(context.deployment.data, dataset);
  const items: { image: string }[] = [];
  for (const path of paths)
    items.push({ image: Buffer.from(await cut(context.deployment.data, path, size, template)).toString('base64') });
  return drawSamples(context, dataset, 'morph', { out, count: steps, request: { items, size, steps, share } });
}

type Subject = Pick<ModelCard, 'dataset' | 'snapshotId'> | undefined;

/** The snapshot of the serving model, if its photos are cut to their subject. */
async function subjectOf(data: Store, dataset: string): Promise<Subject> {
  const current = await readCurrentModel(data, dataset);
  const card = current && (await readJson(data, keys.modelCard(dataset, current.modelId), ModelCard))?.value;
  return card && isCardOf(card, 'image') && card.input.fit === 'subject' ? card : undefined;
}

async function cut(data: Store, path: string, size: number, subject: Subject): Promise<Uint8Array> {
  const bytes = readFileSync(path);
  const image = { width: size, height: size, channels: 3, fit: subject ? 'subject' : 'cover' } as const;
  const { decodeImage } = await import('#core/kinds/image/decode.ts');
  const decoded = await decodeImage(bytes, path, image);
  if (!decoded.ok)
    throw new ClientFailure(`${path}: ${describeIssue(decoded.issue)}`, {
      next: 'Give a JPEG, PNG or WebP image.',
      exitCode: EXIT.usage,
    });
  const { photo, picture } = decoded.image;
  if (subject && photo) {
    const { pixels } = await cutToSubject(data, { ...subject, input: { kind: 'image', ...image } }, photo);
    return encodePng({ width: size, height: size, channels: 3, pixels });
  }
  return encodePng(picture);
}

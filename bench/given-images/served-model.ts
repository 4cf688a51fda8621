// Calls the current image model of a deployment in this process, and reads held-out images of its snapshot.
import { openDeployment } from '#client/deployment.ts';
import { environmentOf, findTargetFile, resolveTarget } from '#client/target.ts';
import { decodeNpy } from '#core/base/npy.ts';
import { permutation } from '#core/base/random.ts';
import { type CardOf, CurrentModel, isCardOf, ModelCard } from '#core/model/messages/card.ts';
import type { EndpointAnswer } from '#core/model/messages/endpoint-api.ts';
import { encodePng } from '#core/pages/png.ts';
import { Manifest } from '#core/snapshot/messages.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Links } from '#core/store/links.ts';
import type { Store } from '#core/store/store.ts';
import { openDecoderWith } from '#stages/sample/drawing/decoder.ts';
import { openEncoderWith } from '#stages/sample/drawing/encoder.ts';
import { sample } from '#stages/sample/stage.ts';

export type ServedModel = {
  readonly card: CardOf<'image'>;
  /** Held-out images: uint8 [height, width, channels] each. */
  readonly images: readonly Uint8Array[];
  /** Returns the answer's bytes; throws Error if the endpoint refuses. */
  ask(operation: string, body: unknown, accept: string): Promise<{ bytes: Uint8Array; answer: EndpointAnswer }>;
  /** An image in base64, as requests take it. */
  png(image: Uint8Array): string;
};

const NO_LINKS: Links = {
  reading: () => Promise.reject(new Error('the bench asks for no answer that is larger than a call')),
  writing: () => Promise.reject(new Error('the bench sends no request that is larger than a call')),
};

/** Throws Error if the dataset has no model of images, or fewer held-out images. */
export async function servedModel(dataset: string, count: number): Promise<ServedModel> {
  const target = resolveTarget({}, process.env, findTargetFile(process.cwd()));
  Object.assign(process.env, environmentOf(target, process.env));
  const { data } = await openDeployment(target);
  const current = (await readJson(data, keys.currentModel(dataset), CurrentModel))?.value;
  const card = current && (await readJson(data, keys.modelCard(dataset, current.modelId), ModelCard))?.value;
  if (!card || !isCardOf(card, 'image')) throw new Error(`${dataset} has no model of images that serves.`);
  const images = await heldOut(data, card, count);
  const stage = sample({ data, links: NO_LINKS, openDecoder: openDecoderWith(1), openEncoder: openEncoderWith(1) });
  const { width, height, channels } = card.input;
  return {
    card,
    images,
    async ask(operation, body, accept) {
      const answer = await stage({
        rawPath: `/v1/datasets/${dataset}/${operation}`,
        requestContext: { http: { method: 'POST' } },
        headers: { accept },
        body: JSON.stringify(body),
      });
      const bytes = Buffer.from(answer.body, answer.isBase64Encoded ? 'base64' : 'utf8');
      if (answer.statusCode !== 200) throw new Error(`${operation} answered ${answer.statusCode}: ${bytes}`);
      return { bytes, answer };
    },
    png: (pixels) => Buffer.from(encodePng({ width, height, channels, pixels })).toString('base64'),
  };
}

async function heldOut(
  data: Store,
  { dataset, snapshotId, input: { width, height, channels } }: CardOf<'image'>,
  count: number,
): Promise<Uint8Array[]> {
  const manifest = (await readJson(data, keys.manifest(dataset, snapshotId), Manifest))?.value;
  const size = width * height * channels;
  const images: Uint8Array[] = [];
  for (const { split, files } of manifest?.shards ?? []) {
    const file = files.find(({ holds }) => holds === 'pixels');
    if (split !== 'test' || !file) continue;
    const values = decodeNpy((await data.get(keys.snapshot(dataset, snapshotId, file.file)))?.body ?? new Uint8Array())
      .values as Uint8Array;
    for (let first = 0; first < values.length; first += size) images.push(values.slice(first, first + size));
  }
  if (images.length < count) throw new Error(`${dataset} has ${images.length} held-out images; ${count} are compared.`);
  return [...permutation(1, 'bench', images.length)].slice(0, count).map((place) => images[place] as Uint8Array);
}

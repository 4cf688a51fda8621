// Images to codes and back, and to small files and back.
import { encodeNpy } from '#core/base/npy.ts';
import type { CardOf } from '#core/model/messages/card.ts';
import {
  type CompressionAnswer,
  type EncodeAnswer,
  type EndpointAnswer,
  type GivenItem,
  HEADER,
} from '#core/model/messages/endpoint-api.ts';
import { codesOf, isImage, meansOf } from '../drawing/given-items.ts';
import type { OpenNetworks } from '../drawing/open-networks.ts';
import { conditioningClasses } from '../drawing/prior.ts';
import { accepted, type Result, refused } from '../problem.ts';
import { jsonAnswer, pictureAnswer } from '../representation/answer.ts';
import type { CodeType, ContainerType, PictureType } from '../representation/media-types.ts';
import { compressImages, decompressImages } from './compress.ts';
import type { Container } from './container.ts';
import { outlierScores } from './outlier-scores.ts';

type ImageCard = CardOf<'image'>;

export function codesIn(networks: OpenNetworks) {
  return {
    encode: (card: ImageCard, items: readonly GivenItem[], mediaType: CodeType): Promise<Result<EndpointAnswer>> =>
      networks.use<EndpointAnswer>(card, items.some(isImage), async (opened) => {
        const codes = await codesOf(items, opened);
        if (!codes.ok) return codes;
        const { modelId, latentDim, labels } = card;
        const headers = {
          [HEADER.model]: modelId,
          [HEADER.prior]: 'encoded',
          [HEADER.seed]: '0',
          [HEADER.output]: 'code',
        };
        if (mediaType === 'application/x-npy') {
          const values = new Float32Array(codes.value.length * latentDim);
          codes.value.forEach(({ z }, i) => {
            values.set(z, i * latentDim);
          });
          const body = Buffer.from(encodeNpy({ shape: [codes.value.length, latentDim], values })).toString('base64');
          return accepted({
            statusCode: 200,
            headers: { ...headers, 'content-type': mediaType },
            body,
            isBase64Encoded: true,
          });
        }
        const scores = await outlierScores(codes.value, opened);
        const answer: EncodeAnswer = {
          modelId,
          latentDim,
          codes: codes.value.map(({ z, label }, i) => ({
            code: Buffer.from(z.buffer, z.byteOffset, z.byteLength).toString('base64'),
            label: labels[label] ?? null,
            outlierScore: scores[i] ?? null,
          })),
        };
        const json = jsonAnswer(answer);
        return accepted({ ...json, headers: { ...json.headers, ...headers } });
      }),

    decode: (card: ImageCard, items: readonly GivenItem[], mediaType: PictureType): Promise<Result<EndpointAnswer>> =>
      networks.use<EndpointAnswer>(card, items.some(isImage), async (opened) => {
        const codes = await codesOf(items, opened);
        if (!codes.ok) return codes;
        const rows = codes.value.map((_, row) => codes.value.map((_, i) => Number(i === row)));
        const latents = meansOf(codes.value, rows, conditioningClasses(card));
        const pictures = await opened.decoder.decode(latents);
        const drawn = { modelId: card.modelId, seed: 0, prior: 'encoded', output: 'mean', label: null } as const;
        return pictureAnswer(mediaType, {
          ...{ ...drawn, pictures, columns: Math.ceil(Math.sqrt(items.length)) },
          own: 'contents',
        });
      }),

    compress: (
      card: ImageCard,
      { items, ...how }: { items: readonly GivenItem[]; step: number; maxError: number | null },
      mediaType: ContainerType,
    ): Promise<Result<EndpointAnswer>> =>
      networks.use<EndpointAnswer>(card, true, async (opened) => {
        if (!items.every(isImage))
          return refused('item.invalid', 'Only images can be compressed: give image or pixels, not code or seed.');
        const codes = await codesOf(items, opened);
        if (!codes.ok) return codes;
        const images = codes.value.map(({ pixels = new Uint8Array(), z, label }) => ({ pixels, z, label }));
        const { file, facts } = await compressImages(opened, images, how);
        const headers = {
          'content-type': mediaType,
          [HEADER.model]: card.modelId,
          [HEADER.prior]: 'encoded',
          [HEADER.seed]: '0',
          [HEADER.output]: 'code',
          [HEADER.compression]: JSON.stringify(facts),
        };
        const container = Buffer.from(file).toString('base64');
        if (mediaType === 'application/octet-stream')
          return accepted({ statusCode: 200, headers, body: container, isBase64Encoded: true });
        const answer: CompressionAnswer = { modelId: card.modelId, ...facts, container };
        return accepted({ statusCode: 200, headers, body: JSON.stringify(answer), isBase64Encoded: false });
      }),

    decompress: (card: ImageCard, container: Container, mediaType: PictureType): Promise<Result<EndpointAnswer>> =>
      networks.use(card, false, async (opened) => {
        const images = await decompressImages(opened, container);
        if (!images.ok) return images;
        const { width, height, channels } = card.input;
        const count = images.value.length;
        const pictures = { count, width, height, channels, pixels: Buffer.concat(images.value) };
        const output = container.maxError === null && container.method === 'model' ? 'mean' : 'repaired';
        const drawn = { modelId: card.modelId, seed: 0, prior: 'encoded', output, label: null } as const;
        // These are the images that were given to compress.
        return pictureAnswer(mediaType, { ...drawn, pictures, columns: Math.ceil(Math.sqrt(count)), own: 'none' });
      }),
  };
}

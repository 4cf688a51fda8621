// Encodes images in the negotiated media type and refuses responses that are too large to send inline.

import { encodeNpy } from '#core/base/npy.ts';
import type { Fitted } from '#core/model/latent/fitted.ts';
import {
  type EndpointAnswer,
  HEADER,
  type RepairComparison,
  type SampleAnswer,
} from '#core/model/messages/endpoint-api.ts';
import { ANSWER_BYTES } from '#core/model/messages/large-messages.ts';
import { encodePng } from '#core/pages/png.ts';
import { type Answered, outputsOfImages } from '../outputs/outputs.ts';
import { accepted, type Result, refused } from '../problem.ts';
import type { PictureType } from './media-types.ts';
import { type Images, imageAt, imageGrid } from './pictures.ts';
import { type Provenance, provenanceHeaders, xmpOf } from './provenance.ts';
import { zipOf } from './zip-archive.ts';

export type Drawn = Provenance & {
  readonly pictures: Images;
  /** Images per row, for media types that show all images in one grid. */
  readonly columns: number;
  /** Repaired images only. */
  readonly comparison?: RepairComparison | null;
  /** Images between given photos whose codes were fitted to the photos. */
  readonly fitted?: Fitted;
  /** Images left out as copies of training items; null where that was not checked. */
  readonly withheld?: number | null;
  /** The entries in the ledger of outputs. contents: equal images are recognised. similar: similar ones as well. */
  readonly own: 'similar' | 'contents' | 'none';
  /** Pixels of given images. */
  readonly given?: readonly Uint8Array[];
};

export async function pictureAnswer(mediaType: PictureType, drawn: Drawn): Promise<Result<Answered>> {
  const body = await encode(mediaType, drawn);
  if (body.length > ANSWER_BYTES) return tooLarge(body.length);
  const headers = {
    ...provenanceHeaders(mediaType, drawn),
    ...(typeof drawn.withheld === 'number' && { [HEADER.withheld]: String(drawn.withheld) }),
    ...(drawn.fitted && { [HEADER.fitted]: JSON.stringify(drawn.fitted) }),
    ...(drawn.comparison && { [HEADER.comparison]: JSON.stringify(drawn.comparison) }),
  };
  const { own, columns, given } = drawn;
  const isText = mediaType === 'application/json';
  return accepted({
    statusCode: 200,
    headers,
    body: body.toString(isText ? 'utf8' : 'base64'),
    isBase64Encoded: !isText,
    ...(own !== 'none' && {
      outputs: outputsOfImages(drawn.modelId, drawn.pictures, { withSimilar: own === 'similar', columns, given }),
    }),
  });
}

export function jsonAnswer(value: unknown): EndpointAnswer {
  const headers = { 'content-type': 'application/json' };
  return { statusCode: 200, headers, body: JSON.stringify(value), isBase64Encoded: false };
}

/** Refuses more pixels than one call makes, before any is drawn. */
export function tooManyPixels(bytes: number): Result<never> | undefined {
  return bytes > ANSWER_BYTES ? tooLarge(bytes) : undefined;
}

async function encode(mediaType: PictureType, drawn: Drawn): Promise<Buffer> {
  const { modelId, seed, prior, output, label, pictures, columns, comparison, fitted, withheld } = drawn;
  const { count, width, height, channels, pixels } = pictures;
  const xmp = xmpOf(drawn);
  const each = () => Array.from({ length: count }, (_, i) => encodePng(imageAt(pictures, i), xmp));
  switch (mediaType) {
    case 'image/png':
      return asBuffer(encodePng(imageGrid(pictures, columns), xmp));
    case 'application/zip':
      return asBuffer(await zipOf(each().map((bytes, i) => ({ name: `${String(i).padStart(4, '0')}.png`, bytes }))));
    case 'application/x-npy':
      return asBuffer(encodeNpy({ shape: [count, height, width, channels], values: pixels }));
    case 'application/json': {
      const images = each().map((bytes) => asBuffer(bytes).toString('base64'));
      const facts = { modelId, seed, count, machineGenerated: true, prior, output, label } as const;
      const answer: SampleAnswer = {
        ...facts,
        ...(withheld !== undefined && { withheld }),
        ...(comparison !== undefined && { comparison }),
        ...(fitted !== undefined && { fitted }),
        images,
      };
      return Buffer.from(JSON.stringify(answer));
    }
  }
}

function tooLarge(bytes: number): Result<never> {
  return refused(
    'request.too-large',
    `The response would have ${bytes} bytes; the limit is ${ANSWER_BYTES}. Request fewer samples at a time, each request with another seed.`,
  );
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

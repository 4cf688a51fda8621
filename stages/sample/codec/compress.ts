// Compresses images with a model: codes, encoded with its prior, and the residual if a bound on the error is requested.

import type { CompressionFacts } from '#core/model/messages/endpoint-api.ts';
import { psnr } from '#core/similarity/fidelity/psnr.ts';
import type { Networks } from '../drawing/open-networks.ts';
import { accepted, type Result, refused } from '../problem.ts';
import { toBytes } from '../repair/compare-ways.ts';
import { codePriorOf } from '../repair/explain.ts';
import { type Container, checkOf, writeContainer } from './container.ts';
import { dequantise, latentCoder, quantise } from './latent-coder.ts';
import { rangeDecoder, rangeEncoder } from './range-coder.ts';
import { residualCoder, residualSteps, withResidual } from './residual-coder.ts';
import { meanSsim, mostOff, readWebp, webpImages } from './webp.ts';

/**
 * Step sizes of codes that are tried with a residual: a fine step costs bits, a coarse one leaves a larger residual.
 */
const TRIED_STEPS = [1, 0.5, 0.25, 0.125];
const DECIMALS = 1000;

type GivenImage = { readonly pixels: Uint8Array; readonly z: Float32Array; readonly label: number };
type How = { readonly step: number; readonly maxError: number | null };
type Packed = { readonly file: Uint8Array; readonly pixels: readonly Uint8Array[] };

export async function compressImages(
  networks: Networks,
  images: readonly GivenImage[],
  { step, maxError }: How,
): Promise<{ readonly file: Uint8Array; readonly facts: CompressionFacts }> {
  const size = networks.card.input;
  const originals = images.map(({ pixels }) => pixels);
  let ours: Packed | undefined;
  for (const tried of maxError === null ? [step] : TRIED_STEPS) {
    const packed = await packByModel(networks, images, { step: tried, maxError });
    if (!ours || packed.file.length < ours.file.length) ours = packed;
  }
  const own = ours as Packed;
  const ownSsim = meanSsim(originals, own.pixels, size);
  const webp = await webpImages(originals, size, maxError === null ? { ssim: ownSsim } : { maxError });
  const theirs = packWebp(networks, images, { step, maxError }, webp);
  const webpSsim = meanSsim(originals, webp.pixels, size);
  // The model's result is used if WebP cannot reach the same similarity.
  const isOurs = own.file.length <= theirs.file.length || webpSsim < ownSsim;
  const kept = isOurs ? own : theirs;
  const pixels = images.length * size.width * size.height;
  const joined = (parts: readonly Uint8Array[]) => ({
    ...{ items: parts.length, size: size.width * size.height * size.channels },
    bytes: Buffer.concat(parts),
  });
  const facts: CompressionFacts = {
    method: isOurs ? 'model' : 'webp',
    bytes: kept.file.length,
    bitsPerPixel: rounded((8 * kept.file.length) / pixels),
    psnr: rounded(psnr(joined(originals), joined(kept.pixels))),
    ssim: rounded(isOurs ? ownSsim : webpSsim),
    largestError: Math.max(...originals.map((image, i) => mostOff(image, kept.pixels[i] as Uint8Array))),
    modelBytes: own.file.length,
    webpBytes: theirs.file.length,
    modelPsnr: rounded(psnr(joined(originals), joined(own.pixels))),
    modelSsim: rounded(ownSsim),
    webpSsim: rounded(webpSsim),
  };
  return { file: kept.file, facts };
}

/** Refuses a damaged payload, and pixels that are not those that were compressed. */
export async function decompressImages(networks: Networks, container: Container): Promise<Result<Uint8Array[]>> {
  const { method, payload, maxError, pixelCheck, labels } = container;
  const size = networks.card.input;
  if (labels.some((label) => label < -1 || label >= Math.max(1, networks.card.labels.length)))
    return refused('container.invalid', `The classes of the images are none of the model ${networks.card.modelId}.`);
  const pixels =
    method === 'model' ? await unpackByModel(networks, container) : await unpackWebp(payload, labels.length);
  if (!pixels) return refused('container.invalid', 'The payload is not what its header says.');
  if (maxError !== null && checkOf(Buffer.concat(pixels)) !== pixelCheck)
    return refused(
      'container.mismatch',
      'The pixels are not those that were compressed, so the bound on the error does not hold. A network computes with other roundings on another family of processors: decompress where the file was compressed.',
    );
  return accepted(pixels);

  async function unpackWebp(bytes: Uint8Array, count: number): Promise<Uint8Array[] | undefined> {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const out: Uint8Array[] = [];
    for (let i = 0, at = 0; i < count; i++) {
      if (at + 4 > bytes.length) return undefined;
      const length = view.getUint32(at, true);
      const image = await readWebp(bytes.subarray(at + 4, at + 4 + length), size);
      if (!image) return undefined;
      out.push(image);
      at += 4 + length;
    }
    return out;
  }
}

async function packByModel(networks: Networks, images: readonly GivenImage[], how: How): Promise<Packed> {
  const size = networks.card.input;
  const steps = images.map(({ z, label }) =>
    quantise(z, codePriorOf(networks.card, networks.mixture, label), how.step),
  );
  const labels = images.map(({ label }) => label);
  const drawn = await drawFrom(networks, steps, labels, how.step);
  const coder = rangeEncoder();
  const latents = latentCoder(how.step);
  for (const values of steps) latents.write(coder, values);
  const { maxError } = how;
  if (maxError === null) return pack(drawn);
  const residuals = residualCoder(size);
  return pack(
    drawn.map((model, i) => {
      const left = residualSteps((images[i] as GivenImage).pixels, model, maxError);
      residuals.write(coder, left);
      return withResidual(model, left, maxError);
    }),
  );

  function pack(pixels: Uint8Array[]): Packed {
    const pixelCheck = checkOf(Buffer.concat(pixels));
    const { modelId } = networks.card;
    const container = { modelId, method: 'model' as const, ...how, labels, payload: coder.finish(), pixelCheck };
    return { file: writeContainer(container), pixels };
  }
}

async function unpackByModel(
  networks: Networks,
  { payload, step, maxError, labels }: Container,
): Promise<Uint8Array[]> {
  const coder = rangeDecoder(payload);
  const latents = latentCoder(step);
  const steps = labels.map(() => latents.read(coder, networks.card.latentDim));
  const drawn = await drawFrom(networks, steps, labels, step);
  if (maxError === null) return drawn;
  const residuals = residualCoder(networks.card.input);
  return drawn.map((model) => withResidual(model, residuals.read(coder, model.length), maxError));
}

async function drawFrom(
  { card, mixture, decoder }: Networks,
  steps: readonly Int32Array[],
  labels: readonly number[],
  step: number,
): Promise<Uint8Array[]> {
  const z = new Float32Array(steps.length * card.latentDim);
  steps.forEach((values, i) => {
    z.set(dequantise(values, codePriorOf(card, mixture, labels[i] as number), step), i * card.latentDim);
  });
  const values = await decoder.values({ z, labels: Int32Array.from(labels) });
  const size = values.length / steps.length;
  return steps.map((_, i) => toBytes(values.subarray(i * size, (i + 1) * size)));
}

/** Each file is preceded by its length. */
function packWebp(
  networks: Networks,
  images: readonly GivenImage[],
  how: How,
  webp: { files: readonly Uint8Array[]; pixels: readonly Uint8Array[] },
): Packed {
  const payload = Buffer.concat(
    webp.files.flatMap((file) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(file.length);
      return [length, file];
    }),
  );
  const labels = images.map(() => -1);
  const pixelCheck = checkOf(Buffer.concat(webp.pixels));
  const { modelId } = networks.card;
  return {
    file: writeContainer({ modelId, method: 'webp', ...how, labels, payload, pixelCheck }),
    pixels: webp.pixels,
  };
}

function rounded(value: number): number {
  return Math.round(value * DECIMALS) / DECIMALS;
}

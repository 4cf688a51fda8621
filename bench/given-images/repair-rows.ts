// Compares repaired held-out images with the originals by PSNR and SSIM: the model beside the method without a model.
import sharp from 'sharp';
import { normals } from '#core/base/random.ts';
import { HEADER, RepairComparison } from '#core/model/messages/endpoint-api.ts';
import { encodePng } from '#core/pages/png.ts';
import { psnr } from '#core/similarity/fidelity/psnr.ts';
import { ssim } from '#core/similarity/fidelity/ssim.ts';
import { reduce } from '#stages/sample/repair/resample.ts';
import { higherIsBetter, type Row } from '../benchmark.ts';
import type { ServedModel } from './served-model.ts';

const IMAGES = 48;
const NOISE = 25;
const WHITE = 255;
type Method = 'model' | 'simple' | 'better';
const METHODS: readonly Method[] = ['model', 'simple', 'better'];
const ASKED = ['model', 'simple'] as const;

/** A damage to an image, and the request that is to repair it. */
type Damage = {
  readonly name: string;
  readonly operation: 'reconstruct' | 'inpaint' | 'denoise' | 'compose' | 'upscale';
  /** The method without a model. */
  readonly simple: string;
  request(image: Uint8Array, place: number, served: ServedModel): Readonly<Record<string, unknown>>;
};

const DAMAGES: readonly Damage[] = [
  {
    ...{ name: 'reconstruct, beside as many numbers as a code has', operation: 'reconstruct', simple: 'bilinear' },
    request: (image, _, { png }) => ({ item: { image: png(image) } }),
  },
  {
    ...{ name: 'inpaint, a square of a third of the side', operation: 'inpaint', simple: 'harmonic filling' },
    request: (image, _, served) => holed(image, served, (x, y) => third(x) && third(y)),
  },
  {
    ...{ name: 'inpaint, the lower half', operation: 'inpaint', simple: 'harmonic filling' },
    request: (image, _, served) => holed(image, served, (_x, y) => y >= 0.5),
  },
  {
    ...{ name: `denoise, noise of ${NOISE} of 255`, operation: 'denoise', simple: 'median of 3 x 3' },
    request(image, place, { png }) {
      const noise = normals(place, 'bench/noise', image.length);
      const noisy = Uint8ClampedArray.from(image, (value, i) => value + NOISE * (noise[i] as number));
      return { item: { image: png(new Uint8Array(noisy.buffer)) } };
    },
  },
  {
    // An image composed with itself should come out as it was.
    ...{ name: 'compose, the border of a region of its own', operation: 'compose', simple: 'Poisson blending' },
    request(image, _, served) {
      const { png } = served;
      const darker = image.map((value) => value * 0.7);
      const mask = maskOf(served, (x, y) => third(x) && third(y));
      return { item: { image: png(image) }, source: { image: png(darker) }, mask };
    },
  },
  ...[2, 4].map(
    (factor): Damage => ({
      ...{
        name: `upscale, of a ${factor === 2 ? 'half' : 'quarter'} of the side`,
        operation: 'upscale',
        simple: 'bicubic',
      },
      request: (image, _, served) => ({ item: { image: smallFile(image, factor, served) } }),
    }),
  ),
];

export async function repairRows(served: ServedModel): Promise<Row[]> {
  const images = served.images.slice(0, IMAGES);
  const rows: Row[] = [];
  for (const damage of DAMAGES) {
    const made: Record<Method, Uint8Array[]> = { model: [], simple: [], better: [] };
    let judged = 0;
    let right = 0;
    for (const [place, image] of images.entries()) {
      const request = damage.request(image, place, served);
      let said: RepairComparison['better'] | undefined;
      for (const method of ASKED) {
        const { bytes, answer } = await served.ask(damage.operation, { ...request, method }, 'image/png');
        made[method].push(await pixelsOf(bytes, served));
        const comparison = answer.headers[HEADER.comparison];
        if (comparison) said = RepairComparison.nullable().parse(JSON.parse(comparison))?.better;
      }
      // A request for the better way is answered with one of the two.
      made.better.push(made[said ?? 'model'].at(-1) as Uint8Array);
      if (said === undefined) continue;
      judged++;
      const score = (method: Method) => fidelity([image], [made[method].at(-1) as Uint8Array], served).ssim;
      right += Number(said === (score('model') >= score('simple') ? 'model' : 'simple'));
    }
    const scores = METHODS.map((method) => fidelity(images, made[method], served));
    const [model, simple, better] = scores as [Fidelity, Fidelity, Fidelity];
    const row = (figure: keyof Fidelity, unit: string, way: string, ours: Fidelity) =>
      higherIsBetter({
        metric: `${damage.name}: ${figure.toUpperCase()}, ${way}`,
        ...{ unit, ours: ours[figure], peer: simple[figure], peerName: damage.simple, goal: 1 },
      });
    rows.push(
      row('psnr', 'dB', 'the model', model),
      row('ssim', '', 'the model', model),
      row('ssim', '', 'the better one as the answer chooses', better),
    );
    if (judged > 0)
      rows.push(
        higherIsBetter({
          metric: `${damage.name}: share of answers that name the better way`,
          ...{ unit: 'share', ours: right / judged, peer: 0.5, peerName: 'a coin', goal: 1 },
        }),
      );
  }
  return rows;
}

type Fidelity = { readonly psnr: number; readonly ssim: number };

function fidelity(images: readonly Uint8Array[], made: readonly Uint8Array[], { card }: ServedModel): Fidelity {
  const size = card.input;
  const joined = (parts: readonly Uint8Array[]) => ({
    items: parts.length,
    size: size.width * size.height * size.channels,
    bytes: Buffer.concat(parts),
  });
  const [a, b] = [joined(images), joined(made)];
  return { psnr: psnr(a, b), ssim: ssim(a, b, size) };
}

/** The hole is filled with grey before the request, so that nothing of what was there is sent. */
function holed(image: Uint8Array, served: ServedModel, isHole: (x: number, y: number) => boolean) {
  const { channels, width, height } = served.card.input;
  const without = image.map((value, i) => {
    const pixel = Math.floor(i / channels);
    return isHole((pixel % width) / width, Math.floor(pixel / width) / height) ? 128 : value;
  });
  return { item: { image: served.png(without) }, mask: maskOf(served, isHole) };
}

/** Each pixel is the mean of those that it covers. */
function smallFile(image: Uint8Array, factor: number, { card }: ServedModel): string {
  const { width, height, channels } = card.input;
  const to = { width: Math.round(width / factor), height: Math.round(height / factor) };
  const pixels = Uint8ClampedArray.from(reduce(Float32Array.from(image), card.input, to));
  return Buffer.from(encodePng({ ...to, channels, pixels: new Uint8Array(pixels.buffer) })).toString('base64');
}

/** `isIn` receives the position of a pixel as shares of the width and the height. */
function maskOf({ card }: ServedModel, isIn: (x: number, y: number) => boolean): string {
  const { width, height } = card.input;
  const pixels = Uint8Array.from({ length: width * height }, (_, i) =>
    isIn((i % width) / width, Math.floor(i / width) / height) ? WHITE : 0,
  );
  return Buffer.from(encodePng({ width, height, channels: 1, pixels })).toString('base64');
}

function third(share: number): boolean {
  return share >= 1 / 3 && share < 2 / 3;
}

async function pixelsOf(png: Uint8Array, { card }: ServedModel): Promise<Uint8Array> {
  const image = sharp(png).removeAlpha();
  return (card.input.channels === 1 ? image.toColourspace('b-w') : image).raw().toBuffer();
}

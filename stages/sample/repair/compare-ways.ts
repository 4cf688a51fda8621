// The model beside the simple way, by PSNR and SSIM.
import type { RepairComparison } from '#core/model/messages/endpoint-api.ts';
import type { ImageSize } from '#core/similarity/fidelity/images.ts';
import { ssim } from '#core/similarity/fidelity/ssim.ts';
import type { Hole } from './heal.ts';

const WHITE = 255;
/** The mean squared error of rounding to a byte. */
const ROUNDING = 1 / 12 / WHITE ** 2;
const DECIMALS = 1000;

type Ways = {
  readonly truth: Float32Array;
  readonly model: Float32Array;
  readonly simple: Float32Array;
  readonly method: RepairComparison['simple']['method'];
  readonly on: RepairComparison['on'];
  /** The positions that are compared; absent: all. */
  readonly places?: Hole;
  readonly size: ImageSize;
  /**
   * The metric that decides which method is better; PSNR is used if the truth contains noise, which has no structure. @default ssim
   */
  readonly by?: 'ssim' | 'psnr';
};

/** The model is better where the deciding figure is higher; at equal ones, where the other is. */
export function compareWays({ truth, model, simple, method, on, places, size, by = 'ssim' }: Ways): RepairComparison {
  const score = (image: Float32Array) => ({
    psnr: rounded(psnrAt(truth, image, places, size.channels)),
    ssim: rounded(ssim(bytesOf(truth), bytesOf(image), size)),
  });
  const scores = { model: score(model), simple: { method, ...score(simple) } };
  const gainOf = (name: 'ssim' | 'psnr') => scores.model[name] - scores.simple[name];
  const gain = gainOf(by) || gainOf(by === 'ssim' ? 'psnr' : 'ssim');
  return { on, ...scores, better: gain >= 0 ? 'model' : 'simple' };
}

export function toBytes(values: Float32Array): Uint8Array {
  const bytes = Uint8ClampedArray.from(values, (value) => value * WHITE);
  return new Uint8Array(bytes.buffer);
}

/** uint8 to [0, 1]. */
export function toValues(bytes: Uint8Array): Float32Array {
  return Float32Array.from(bytes, (byte) => byte / WHITE);
}

function bytesOf(values: Float32Array) {
  return { items: 1, size: values.length, bytes: toBytes(values) };
}

/** Returns decibels over the compared positions. */
function psnrAt(truth: Float32Array, image: Float32Array, places: Hole | undefined, channels: number): number {
  let squares = 0;
  let count = 0;
  truth.forEach((value, i) => {
    if (places && places[Math.floor(i / channels)] === 0) return;
    squares += (value - Math.min(1, Math.max(0, image[i] as number))) ** 2;
    count++;
  });
  return 10 * Math.log10(1 / Math.max(squares / Math.max(count, 1), ROUNDING));
}

function rounded(value: number): number {
  return Math.round(value * DECIMALS) / DECIMALS;
}

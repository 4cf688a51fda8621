// Repairs given images with the networks of a model, and reports whether the simple method would have been better.
import type { RepairComparison } from '#core/model/messages/endpoint-api.ts';
import type { ImageSize } from '#core/similarity/fidelity/images.ts';
import type { Networks } from '../drawing/open-networks.ts';
import { compareWays } from './compare-ways.ts';
import { explain } from './explain.ts';
import { fillSmoothly, type Hole, heal } from './heal.ts';
import { countOf, scatteredHole, shiftedHole } from './hold-out.ts';
import { noiseVariance, smoothedResidual } from './residual.ts';
import { coarse, medianOutsideHole } from './simple-ways.ts';

/** Half of the width of the band that is healed around a region, as a share of the shorter side. */
const BAND_SHARE = 1 / 16;

/**
 * The content of the response: the model's result, the simple method's result, or the better one if both can be judged.
 */
export type Method = 'model' | 'simple' | 'better';
export type Repaired = { readonly image: Float32Array; readonly comparison: RepairComparison | null };

/** An image as float32 [height, width, channels] in [0, 1], and its class; -1 means no class. */
export type Given = { readonly image: Float32Array; readonly label: number };

/** The image as the model sees it; the simple way keeps as many numbers as a code has. */
export async function reconstructImage(networks: Networks, { image, label }: Given, method: Method): Promise<Repaired> {
  const size = sizeOf(networks);
  const whole = new Uint8Array(size.width * size.height);
  const [model] = (await explain(networks, { image, holes: [whole], filled: image, label })) as [Float32Array];
  const simple = coarse(image, networks.card.latentDim, size);
  const on = 'given image';
  return chosen(method, model, simple, compareWays({ truth: image, model, simple, method: 'bilinear', on, size }));
}

/** Known values stay exactly as they are. */
export async function inpaintImage(
  networks: Networks,
  { image, label }: Given,
  hole: Hole,
  method: Method,
): Promise<Repaired> {
  if (!hole.includes(1)) return { image, comparison: null };
  const size = sizeOf(networks);
  const hidden = shiftedHole(hole, size.width, size.height);
  // The place that is hidden to judge both ways comes first: its fit knows less, and the other goes on from it.
  const holes = hidden ? [hole.map((value, at) => value | (hidden[at] as number)), hole] : [hole];
  const smooth = holes.map((missing) => fillSmoothly(image, missing, size));
  const drawn = await explain(networks, { image, holes, filled: smooth[0] as Float32Array, label });
  const healed = drawn.map((guide, at) => heal(image, guide, holes[at] as Hole, size));
  const [model, simple] = [healed.at(-1) as Float32Array, smooth.at(-1) as Float32Array];
  if (!hidden) return chosen(method, model, simple, null);
  // Missing positions are missing for both methods and are not compared.
  const seen = ([tried]: readonly Float32Array[]) => simpleIn(image, tried as Float32Array, hidden, size);
  const ways = { truth: image, model: seen(healed), simple: seen(smooth) };
  const comparison = compareWays({ ...ways, method: 'smooth', on: 'known places', places: hidden, size });
  return chosen(method, model, simple, comparison);
}

/**
 * Removes noise without a pattern: the reconstruction of the model, plus the remaining difference after averaging out noise.
 */
export async function denoiseImage(networks: Networks, { image, label }: Given, method: Method): Promise<Repaired> {
  const size = sizeOf(networks);
  const variance = noiseVariance(image, size);
  const hidden = scatteredHole(size.width * size.height);
  const holes = [hidden, new Uint8Array(hidden.length)];
  const medians = holes.map((hole) => medianOutsideHole(image, hole, size));
  const filled = simpleIn(image, medians[0] as Float32Array, hidden, size);
  const drawn = await explain(networks, { image, holes, filled, label });
  const cleaned = drawn.map((guide, at) => {
    const residual = smoothedResidual(image, guide, holes[at] as Hole, variance, size);
    return guide.map((value, i) => value + (residual[i] as number));
  });
  const [model, simple] = [cleaned[1] as Float32Array, medians[1] as Float32Array];
  // If noise is independent between positions, hidden values differ from both predictions by the same noise.
  const at = ([tried]: readonly Float32Array[]) => simpleIn(image, tried as Float32Array, hidden, size);
  const ways = { truth: image, model: at(cleaned), simple: at(medians) };
  const comparison = compareWays({ ...ways, method: 'median', on: 'known places', places: hidden, size, by: 'psnr' });
  return chosen(method, model, simple, comparison);
}

/**
 * The region of the source in the target; outside of a band around the border of the region the target stays exactly as it is. The
 * ways are compared on a region of the target itself, whose border differs from the target as that of the source does: the target is
 * then what should come out.
 */
export async function composeImage(
  networks: Networks,
  target: Given,
  source: Float32Array,
  region: Hole,
  method: Method,
): Promise<Repaired> {
  const size = sizeOf(networks);
  const band = bandAround(region, size);
  const compose = async (inserted: Float32Array) => {
    const simple = heal(target.image, inserted, region, size);
    if (countOf(band) === 0) return { simple, model: simple };
    const smooth = fillSmoothly(simple, band, size);
    const [drawn] = await explain(networks, { image: simple, holes: [band], filled: smooth, label: target.label });
    return { simple, model: heal(simple, drawn as Float32Array, band, size) };
  };
  const { model, simple } = await compose(source);
  if (countOf(band) === 0) return { image: simple, comparison: null };
  const tried = await compose(strangeAtBorder(target.image, source, region, size));
  const truth = target.image;
  const comparison = compareWays({ truth, ...tried, method: 'poisson', on: 'known places', places: band, size });
  return chosen(method, model, simple, comparison);
}

/** The target, which at the border of the region is the source and within the half of the band passes into the target. */
function strangeAtBorder(target: Float32Array, source: Float32Array, region: Hole, size: ImageSize): Float32Array {
  const reach = reachOf(size);
  const shares = new Float32Array(region.length).fill(1);
  // A place that the region still holds when its border is moved inwards by a pixel is one step deeper.
  let inner = region;
  for (let depth = 1; depth <= reach; depth++) {
    inner = inner.map((inside, at) => Number(inside === 1 && neighboursIn(inner, at, size)));
    inner.forEach((inside, at) => {
      if (inside === 1) shares[at] = 1 - depth / reach;
    });
  }
  return target.map((value, i) => {
    const share = shares[Math.floor(i / size.channels)] as number;
    return value + share * ((source[i] as number) - value);
  });
}

/** Returns whether the place and all its neighbours in the image lie in the region. */
function neighboursIn(region: Hole, at: number, { width, height }: ImageSize): boolean {
  const [x, y] = [at % width, Math.floor(at / width)];
  for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++)
    for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++)
      if (region[v * width + u] !== 1) return false;
  return true;
}

/** Returns the image with the positions of the hole taken from the other one. */
function simpleIn(image: Float32Array, other: Float32Array, hole: Hole, { channels }: ImageSize): Float32Array {
  return image.map((value, i) => (hole[Math.floor(i / channels)] === 1 ? (other[i] as number) : value));
}

function chosen(
  method: Method,
  model: Float32Array,
  simple: Float32Array,
  comparison: RepairComparison | null,
): Repaired {
  const way = method === 'better' ? (comparison?.better ?? 'model') : method;
  return { image: way === 'model' ? model : simple, comparison };
}

/** Places whose square of neighbours holds both inside and outside of the region. */
function bandAround(region: Hole, size: ImageSize): Hole {
  const { width, height } = size;
  const reach = reachOf(size);
  return region.map((inside, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    for (let v = Math.max(0, y - reach); v <= Math.min(height - 1, y + reach); v++)
      for (let u = Math.max(0, x - reach); u <= Math.min(width - 1, x + reach); u++)
        if (region[v * width + u] !== inside) return 1;
    return 0;
  });
}

function reachOf({ width, height }: ImageSize): number {
  return Math.max(1, Math.round(Math.min(width, height) * BAND_SHARE));
}

function sizeOf({ card }: Networks): ImageSize {
  return card.input;
}

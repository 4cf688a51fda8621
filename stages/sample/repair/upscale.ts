// Enlarges an image to the size of a model: the code whose image, reduced, is most like the given one draws the details.
import type { RepairComparison } from '#core/model/messages/endpoint-api.ts';
import type { ImageSize } from '#core/similarity/fidelity/images.ts';
import type { Networks } from '../drawing/open-networks.ts';
import { compareWays, toBytes } from './compare-ways.ts';
import { codePriorOf, decodeOf } from './explain.ts';
import { fitCodes } from './fit-code.ts';
import type { Method, Repaired } from './repairs.ts';
import { enlarge, reduce } from './resample.ts';

/** Each brings the reduced result nearer to the given image (iterated back-projection, Irani and Peleg 1991). */
const CORRECTIONS = 4;
/** Pixels of the shorter side below which nothing can be told from a reduced image. */
const LEAST_SIDE = 2;

/** An image [height, width, channels] in [0, 1], smaller than those of the model, and its class; -1 means no class. */
export type SmallImage = { readonly image: Float32Array; readonly size: ImageSize; readonly label: number };

/**
 * Returns the image in the size of the model. What is known of it stays: reduced again, it is the given one. The comparison reduces the
 * given image by the same factor, enlarges it both ways, and compares both with the given one; null where too little would be left.
 */
export async function upscaleImage(networks: Networks, given: SmallImage, method: Method): Promise<Repaired> {
  const { image, size } = given;
  const { model, simple } = await bothWays(networks, given);
  const comparison = await compareReduced(networks, given);
  const way = method === 'better' ? (comparison?.better ?? 'model') : method;
  return { image: corrected(way === 'model' ? model : simple, image, size, networks.card.input), comparison };
}

async function compareReduced(
  networks: Networks,
  { image, size, label }: SmallImage,
): Promise<RepairComparison | null> {
  const { input } = networks.card;
  const shrunk = (side: 'width' | 'height') => Math.round(size[side] ** 2 / input[side]);
  const smaller = { ...size, width: shrunk('width'), height: shrunk('height') };
  if (Math.min(smaller.width, smaller.height) < LEAST_SIDE) return null;
  const reduced = reduce(image, size, smaller);
  const { model, simple } = await bothWays(networks, { image: reduced, size: smaller, label });
  const seen = (large: Float32Array) => reduce(corrected(large, reduced, smaller, input), input, size);
  const ways = { truth: image, model: seen(model), simple: seen(simple) };
  return compareWays({ ...ways, method: 'bicubic', on: 'reduced image', size });
}

async function bothWays(networks: Networks, { image, size, label }: SmallImage) {
  const { card, encode, mixture } = networks;
  const { input } = card;
  const simple = enlarge(image, size, input);
  const decode = decodeOf(networks, label);
  const whole = simple.length;
  const decodeReduced = async (rows: readonly Float32Array[]) => {
    const drawn = await decode(rows);
    const reduced = new Float32Array(rows.length * image.length);
    for (let row = 0; row < rows.length; row++)
      reduced.set(reduce(drawn.subarray(row * whole, (row + 1) * whole), input, size), row * image.length);
    return reduced;
  };
  const codes = await fitCodes({
    target: image,
    weights: [new Float32Array(image.length).fill(1)],
    start: await encode(toBytes(simple), Int32Array.of(label)),
    prior: codePriorOf(card, mixture, label),
    decode: decodeReduced,
    drawnValues: whole,
  });
  return { model: await decode(codes), simple };
}

/** Returns the large image, changed smoothly until its reduction is the given image. */
function corrected(large: Float32Array, small: Float32Array, size: ImageSize, to: ImageSize): Float32Array {
  let image = large;
  for (let step = 0; step < CORRECTIONS; step++) {
    const seen = reduce(image, to, size);
    const missing = enlarge(
      small.map((value, i) => value - (seen[i] as number)),
      size,
      to,
    );
    image = image.map((value, i) => Math.min(1, Math.max(0, value + (missing[i] as number))));
  }
  return image;
}

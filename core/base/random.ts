// Counter-based random numbers: the same (seed, stream, index) always gives the same number, so no state has to be
// saved.

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const ROUNDS = 10;

/** Returns `count` uniform numbers in [0, 1) with 32 random bits each. */
export function uniforms(seed: number, stream: string, count: number): Float64Array {
  const words = randomWords(seed, stream, count);
  return Float64Array.from(words, (word) => word / 2 ** 32);
}

/** Returns `count` standard normal numbers (Box-Muller). */
export function normals(seed: number, stream: string, count: number): Float32Array {
  const words = randomWords(seed, stream, count + (count % 2));
  const out = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(((words[i] as number) + 1) / 2 ** 32));
    const angle = (2 * Math.PI * (words[i + 1] as number)) / 2 ** 32;
    out[i] = radius * Math.cos(angle);
    if (i + 1 < count) out[i + 1] = radius * Math.sin(angle);
  }
  return out;
}

/** Returns normal numbers, of which those farther than `limit` from 0 are drawn again; without a limit the same as `normals`. */
export function truncatedNormals(seed: number, stream: string, count: number, limit?: number): Float32Array {
  const out = normals(seed, stream, count);
  if (limit === undefined) return out;
  for (let round = 1; out.some((value) => Math.abs(value) > limit); round++) {
    const again = normals(seed, `${stream}/again/${round}`, count);
    out.forEach((value, i) => {
      if (Math.abs(value) > limit) out[i] = again[i] as number;
    });
  }
  return out;
}

/** Returns a random permutation of 0..count-1 (Fisher-Yates). */
export function permutation(seed: number, stream: string, count: number): Int32Array {
  const draws = uniforms(seed, stream, count);
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor((draws[i] as number) * (i + 1));
    const held = order[i] as number;
    order[i] = order[j] as number;
    order[j] = held;
  }
  return order;
}

/**
 * Returns random words from Philox 4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"), keyed
 * by seed and stream.
 */
export function randomWords(seed: number, stream: string, count: number): Uint32Array {
  const out = new Uint32Array(count);
  const [streamLow, streamHigh] = fnv1a64(stream);
  const block = new Uint32Array(4);
  for (let i = 0; i < count; i += 4) {
    philox(
      block,
      [i / 4, Math.floor(i / 4 / 2 ** 32), streamLow, streamHigh],
      seed >>> 0,
      Math.floor(seed / 2 ** 32) >>> 0,
    );
    out.set(block.subarray(0, Math.min(4, count - i)), i);
  }
  return out;
}

function philox(
  out: Uint32Array,
  counter: readonly [number, number, number, number],
  key0: number,
  key1: number,
): void {
  let [c0, c1, c2, c3] = counter;
  let k0 = key0;
  let k1 = key1;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0);
    const low0 = Math.imul(MULTIPLIER_0, c0);
    const high1 = multiplyHigh(MULTIPLIER_1, c2);
    const low1 = Math.imul(MULTIPLIER_1, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1 >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0 >>> 0;
    k0 = (k0 + WEYL_0) >>> 0;
    k1 = (k1 + WEYL_1) >>> 0;
  }
  out.set([c0, c1, c2, c3]);
}

/** Returns the upper 32 bits of a 32 x 32 bit product, computed in 16-bit halves. */
function multiplyHigh(a: number, b: number): number {
  const aHigh = a >>> 16;
  const aLow = a & 0xffff;
  const bHigh = b >>> 16;
  const bLow = b & 0xffff;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carried = aLow * bHigh + (middle % 0x10000);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carried / 0x10000)) >>> 0;
}

function fnv1a64(text: string): [number, number] {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text))
    hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return [Number(hash & 0xffffffffn), Number(hash >> 32n)];
}

/** The place of a weight, by its share of their sum; `draw` in [0, 1). Weights are 0 or more, and one is above 0. */
export function chooseWeighted(weights: Float64Array, draw: number): number {
  let left = draw * weights.reduce((sum, weight) => sum + weight, 0);
  const found = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  return found < 0 ? weights.findLastIndex((weight) => weight > 0) : found;
}

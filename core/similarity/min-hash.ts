// MinHash signatures of texts (Broder 1997): the share of equal values estimates the Jaccard similarity of their
// shingles.

const SHINGLE = 5;
const VALUES = 128;
/** Number of bands: texts with similarity 0.8 share a band in 99.99 % of cases, with similarity 0.1 in 0.025 %. */
const BANDS = 25;
const BAND_VALUES = 5;
export const MIN_HASH_BYTES = VALUES * 2;

const NONE = 0x7fffffff;
const PLACE_SHIFT = 32 - Math.log2(VALUES);
const ROUND_SHIFT = 23;

/**
 * Returns the MinHash signature: 128 minima over all 5-character shingles, 16 bits each, little-endian, 256 bytes. Case
 * and white space are ignored. Each shingle is hashed once per round instead of 128 times, and a round fills one random
 * value, until all values are filled; the estimate is at least as good (Dahlgaard, Knudsen and Thorup 2017).
 */
export function minHash(text: string): Uint8Array {
  const shingles = shinglesOf(text);
  const minima = new Int32Array(VALUES).fill(NONE);
  const winners = new Int32Array(VALUES);
  let open = VALUES;
  for (let round = 0; open > 0; round++) {
    // Values that remain empty in texts with few shingles get a round of their own.
    const own = round - VALUES;
    if (own >= 0 && minima[own] !== NONE) continue;
    const seed = Math.imul(round + 1, 0x9e3779b9);
    for (let i = 0; i < shingles.length; i++) {
      const shingle = shingles[i] as number;
      const hash = mix(shingle ^ seed);
      const position = own < 0 ? hash >>> PLACE_SHIFT : own;
      // A value of an earlier round is smaller than one of a later round.
      const value = (round << ROUND_SHIFT) | (hash & ((1 << ROUND_SHIFT) - 1));
      const least = minima[position] as number;
      if (value >= least) continue;
      if (least === NONE) open--;
      minima[position] = value;
      winners[position] = shingle;
    }
  }
  const bytes = new Uint8Array(MIN_HASH_BYTES);
  for (let i = 0; i < VALUES; i++) {
    const value = mix((winners[i] as number) ^ i);
    bytes[i * 2] = value & 0xff;
    bytes[i * 2 + 1] = (value >>> 8) & 0xff;
  }
  return bytes;
}

/** Returns the share of equal values, an estimate of the Jaccard similarity with a standard error of 0.04. */
export function minHashSimilarity(a: Uint8Array, b: Uint8Array): number {
  let equal = 0;
  for (let i = 0; i < MIN_HASH_BYTES; i += 2) if (a[i] === b[i] && a[i + 1] === b[i + 1]) equal++;
  return equal / VALUES;
}

/** Returns one number per band; texts with an equal number at the same position are candidates for a comparison. */
export function minHashBands(signature: Uint8Array): bigint[] {
  const bands: bigint[] = [];
  visitBands(signature, (_, high, low) => bands.push((BigInt(high) << 32n) | BigInt(low)));
  return bands;
}

/** Visits the number of each band as two uint32 halves, because BigInt is slow. */
export function visitBands(signature: Uint8Array, visit: (band: number, high: number, low: number) => void): void {
  for (let band = 0; band < BANDS; band++) {
    let [high, low] = [0x811c9dc5 ^ band, 0x2545f491 ^ band];
    for (let at = band * BAND_VALUES * 2; at < (band + 1) * BAND_VALUES * 2; at += 2) {
      const value = (signature[at] as number) | ((signature[at + 1] as number) << 8);
      high = mix(high ^ value);
      low = Math.imul(low ^ value, 0x01000193) ^ (low >>> 15);
    }
    visit(band, high >>> 0, mix(low) >>> 0);
  }
}

/** Returns one hash per shingle; a text shorter than a shingle gets one hash. */
function shinglesOf(text: string): Int32Array {
  const plain = text.toLowerCase().replaceAll(/\s+/gu, ' ').trim();
  const shingles = new Int32Array(Math.max(1, plain.length - SHINGLE + 1));
  for (let start = 0; start < shingles.length; start++) {
    let hash = 0x811c9dc5;
    const end = Math.min(start + SHINGLE, plain.length);
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ plain.charCodeAt(i), 0x01000193);
    shingles[start] = mix(hash);
  }
  return shingles;
}

/** Mixes bits with the finaliser of MurmurHash 3. */
function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

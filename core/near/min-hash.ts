// MinHash of a text (Broder 1997): of two texts, as many of the values are equal as they share of their character sequences.

const SHINGLE = 5;
const VALUES = 128;
/** Bands of so many values: at a likeness of 0.8, 99.99 of 100 pairs share one; at 0.1, 1 of 4,000. */
const BANDS = 25;
const BAND_VALUES = 5;
export const MIN_HASH_BYTES = VALUES * 2;

/** Odd, so that each turns the 32-bit numbers into one another. From the fraction of the golden ratio, mixed. */
const MULTIPLIERS = Int32Array.from({ length: VALUES }, (_, i) => mix(Math.imul(i + 1, 0x9e3779b9)) | 1);
const OFFSETS = Int32Array.from({ length: VALUES }, (_, i) => mix(Math.imul(i + 1, 0x85ebca6b) ^ 0x5bd1e995));

/** The lower halves of 128 minima over all sequences of 5 characters, little-endian: 256 bytes. Case and white space do not count. */
export function minHash(text: string): Uint8Array {
  const minima = new Uint32Array(VALUES).fill(0xffffffff);
  for (const shingle of new Set(shinglesOf(text))) {
    for (let i = 0; i < VALUES; i++) {
      const value = (Math.imul(shingle, MULTIPLIERS[i] as number) + (OFFSETS[i] as number)) >>> 0;
      if (value < (minima[i] as number)) minima[i] = value;
    }
  }
  const bytes = new Uint8Array(MIN_HASH_BYTES);
  const view = new DataView(bytes.buffer);
  // Minima of large texts have few bits left at the top, so they are mixed before they are cut.
  for (const [i, value] of minima.entries()) view.setUint16(i * 2, mix(value) & 0xffff, true);
  return bytes;
}

/** Share of equal values: an estimate of the texts' likeness within 0.04. */
export function minHashLikeness(a: Uint8Array, b: Uint8Array): number {
  let equal = 0;
  for (let i = 0; i < MIN_HASH_BYTES; i += 2) if (a[i] === b[i] && a[i + 1] === b[i + 1]) equal++;
  return equal / VALUES;
}

/** One number a band, in order: texts with an equal number in the same place are worth comparing. */
export function minHashBands(signature: Uint8Array): bigint[] {
  return Array.from({ length: BANDS }, (_, band) => {
    let [high, low] = [0x811c9dc5 ^ band, 0x2545f491 ^ band];
    for (let at = band * BAND_VALUES * 2; at < (band + 1) * BAND_VALUES * 2; at += 2) {
      const value = (signature[at] as number) | ((signature[at + 1] as number) << 8);
      high = mix(high ^ value);
      low = Math.imul(low ^ value, 0x01000193) ^ (low >>> 15);
    }
    return (BigInt(high >>> 0) << 32n) | BigInt(mix(low) >>> 0);
  });
}

/** A hash of each sequence; of a shorter text, one of the whole. */
function* shinglesOf(text: string): Generator<number> {
  const plain = text.toLowerCase().replaceAll(/\s+/gu, ' ').trim();
  const last = Math.max(0, plain.length - SHINGLE);
  for (let start = 0; start <= last; start++) {
    let hash = 0x811c9dc5;
    const end = Math.min(start + SHINGLE, plain.length);
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ plain.charCodeAt(i), 0x01000193);
    yield mix(hash);
  }
}

/** The finaliser of MurmurHash 3: each bit of the input turns half of the output's. */
function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

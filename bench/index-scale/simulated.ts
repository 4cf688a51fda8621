// Simulated items: most have a content of their own; some are copies, some are near an earlier item.
import { sha256 } from '#core/base/hash.ts';
import { uniforms } from '#core/base/random.ts';
import { EffectiveConfig, effectiveConfig } from '#core/kinds/config.ts';
import { minHash } from '#core/similarity/min-hash.ts';
import { imageMeasures } from '../../test/fixtures/image-measures.ts';

export type SimulatedKind = 'image' | 'text';
export const SIMULATED_DATASET = 'simulated';
/** As units of archives are cut. */
export const ITEMS_A_PART = 2_000;
const SIDE = 8;
/** One item in this many is a copy, and one in this many is near an earlier item. */
const COPY_EVERY = 50;
const NEAR_EVERY = 51;
const CONFIG = {
  image: { kind: 'image', image: { width: SIDE, height: SIDE, channels: 1 }, labels: 'folder' },
  text: { kind: 'text', text: { unit: 'line', maxLength: 200 }, labels: 'folder' },
} as const;

export function simulatedConfig(kind: SimulatedKind): EffectiveConfig {
  return EffectiveConfig.parse(effectiveConfig(CONFIG[kind] as never, undefined));
}

/** The number that decides an item's content: most have their own. */
function contentOf(number: number): { content: number; near: boolean } {
  if (number >= COPY_EVERY && number % COPY_EVERY === 0) return { content: number - COPY_EVERY + 1, near: false };
  if (number >= NEAR_EVERY && number % NEAR_EVERY === 0) return { content: number - NEAR_EVERY + 2, near: true };
  return { content: number, near: false };
}

function about(number: number, bytes: Uint8Array, source: string) {
  const label = String(number % 10);
  return {
    itemId: sha256(bytes),
    path: `${label}/${number}`,
    label,
    bytes,
    flags: [],
    fixes: [],
    license: null,
    source,
  };
}

export function simulatedImage(number: number, source: string) {
  const { content, near } = contentOf(number);
  const drawn = uniforms(content, 'image', SIDE * SIDE + 8);
  const bytes = Uint8Array.from(drawn.subarray(0, SIDE * SIDE), (value) => Math.floor(value * 256));
  const [high = 0, low = 0, brightness = 0, contrast = 0, sharpness = 0, entropy = 0, uniformity = 0, noise = 0] =
    drawn.subarray(SIDE * SIDE);
  if (near) bytes[0] = (bytes[0] as number) ^ 1;
  const phash = (BigInt(Math.floor(high * 2 ** 32)) << 32n) | (BigInt(Math.floor(low * 2 ** 32)) ^ (near ? 1n : 0n));
  const size = { width: SIDE, height: SIDE, channels: 1, originalWidth: SIDE, originalHeight: SIDE, aspect: 1 };
  const measures = imageMeasures({
    ...{ brightness, contrast, noise, colourfulness: 0 },
    ...{ sharpness: sharpness + 0.5, entropy: 4 + entropy, uniformity: uniformity / 4 },
  });
  return { ...about(number, bytes, source), ...size, ...measures, phash };
}

export function simulatedText(number: number, source: string) {
  const { content, near } = contentOf(number);
  const words = Array.from(uniforms(content, 'text', 12), (value) => Math.floor(value * 2 ** 20).toString(36));
  const text = `${words.join(' ')}${near ? '.' : ''}`;
  const bytes = new TextEncoder().encode(text);
  const measures = {
    length: text.length,
    tokens: words.length,
    language: null,
    letterShare: 0.6,
    repetition: 0.1,
    boilerplate: 0,
  };
  return { ...about(number, bytes, source), ...measures, line: (number % ITEMS_A_PART) + 1, minhash: minHash(text) };
}

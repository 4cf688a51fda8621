// Datasets in which very many items have one key: one content, one band of their signatures, one page of hashes; chains and dense families.
import { sha256 } from '#core/base/hash.ts';
import { uniforms } from '#core/base/random.ts';
import type { Verdict } from '#core/ingest/messages.ts';
import { configIdOf, EffectiveConfig, effectiveConfig } from '#core/kinds/config.ts';
import { encodeImagePart } from '#core/kinds/image/part.ts';
import { encodeTextPart } from '#core/kinds/text/part.ts';
import { MIN_HASH_BYTES } from '#core/similarity/min-hash.ts';
import { writeJson } from '#core/store/json.ts';
import { keys, unitName, uploadIdOf } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { Store } from '#core/store/store.ts';
import { imageMeasures } from '../../test/fixtures/image-measures.ts';
import { ITEMS_A_PART } from '../index-scale/simulated.ts';

export const HOT_DATASET = 'hot';
export type HotShape = 'content' | 'band' | 'page' | 'chain';
const SIDE = 8;
/** One item in so many is like the others of no dataset: it has nothing in common with any. */
const ALONE_EVERY = 4;
/** What a pixel of a film changes by, and how much of 256 of a noisy picture is noise. */
const [STEP, NOISE] = [15, 96];
/** Bytes of the first band of a signature. */
const BAND_BYTES = 10;
const CONFIG = {
  image: { kind: 'image', image: { width: SIDE, height: SIDE, channels: 1 }, labels: 'folder' },
  text: { kind: 'text', text: { unit: 'line', maxLength: 200 }, labels: 'folder' },
} as const;

/** Three of four items share the key; those of a chain are each near the one before. */
export async function hotDataset(shape: HotShape, items: number): Promise<{ drop: Store; data: Store }> {
  const kind = shape === 'band' ? 'text' : 'image';
  const config = EffectiveConfig.parse(effectiveConfig(CONFIG[kind] as never, undefined));
  const configId = configIdOf(config);
  const [drop, data] = [memoryStore({ bucket: 'drop' }), memoryStore({ bucket: 'data' })];
  await writeJson(data, keys.currentConfig(HOT_DATASET), { schemaVersion: 1, configId, versionId: null, config });
  for (let first = 0; first < items; first += ITEMS_A_PART) {
    const sourceKey = `${HOT_DATASET}/${first}.zip`;
    await drop.put(sourceKey, String(first));
    const uploadId = uploadIdOf(drop.bucket, sourceKey, 'null');
    const place = { dataset: HOT_DATASET, configId, uploadId, unit: unitName(0, 1) };
    const numbers = Array.from({ length: Math.min(ITEMS_A_PART, items - first) }, (_, i) => first + i);
    const part =
      kind === 'text'
        ? encodeTextPart(numbers.map((number) => document(number, sourceKey)))
        : encodeImagePart(numbers.map((number) => picture(shape, number, sourceKey)));
    const sha = sha256(part);
    await data.put(keys.part(place, sha), part);
    const verdict: Verdict = {
      ...{ ...place, sourceKey, byIssue: {}, examples: [] },
      part: { key: keys.part(place, sha), sha256: sha, items: numbers.length },
      items: { accepted: numbers.length, rejected: 0 },
    };
    await writeJson(data, keys.verdict(place), verdict);
  }
  return { drop, data };
}

function about(number: number, bytes: Uint8Array, source: string) {
  const label = String(number % 10);
  const said = { flags: [], fixes: [], license: null };
  return { itemId: sha256(bytes), path: `${label}/${number}`, label, bytes, source, ...said };
}

function picture(shape: HotShape, number: number, source: string) {
  const isAlone = number % ALONE_EVERY === 0 && shape !== 'chain';
  const content = shape === 'content' && !isAlone ? 1 : number;
  const ofPage = shape === 'page' && !isAlone;
  const bytes = shape === 'chain' ? frame(number) : ofPage ? noisy(content) : drawnPixels(content);
  const [high = 0, low = 0, ...measured] = uniforms(content, 'measures', 6);
  const [brightness = 0, contrast = 0, sharpness = 0, entropy = 0] = measured;
  const size = { width: SIDE, height: SIDE, channels: 1, originalWidth: SIDE, originalHeight: SIDE, aspect: 1 };
  const measures = imageMeasures({
    ...{ brightness, contrast, noise: 0.1, colourfulness: 0, uniformity: 0.1 },
    ...{ sharpness: sharpness + 0.5, entropy: 4 + entropy },
  });
  // Near images are looked for by the hashes of their pixels, not by this one.
  const phash = (BigInt(Math.floor(high * 2 ** 32)) << 32n) | BigInt(Math.floor(low * 2 ** 32));
  return { ...about(number, bytes, source), ...size, ...measures, phash };
}

/** A film: from one frame to the next, one pixel changes a little, so a frame is like those just before it, and not like those long before. */
const film = [drawnPixels(0)];

function frame(number: number): Uint8Array {
  for (let next = film.length; next <= number; next++) {
    const [at = 0, up = 0] = uniforms(next, 'step', 2);
    const made = (film[next - 1] as Uint8Array).slice();
    const pixel = Math.floor(at * made.length);
    made[pixel] = Math.max(0, Math.min(255, (made[pixel] as number) + (up < 0.5 ? -STEP : STEP)));
    film.push(made);
  }
  return film[number] as Uint8Array;
}

function drawnPixels(content: number): Uint8Array {
  return Uint8Array.from(uniforms(content, 'pixels', SIDE * SIDE), (value) => Math.floor(value * 256));
}

/** One picture with some noise: the low frequencies, and with them the page of the hash, are the same for all. */
function noisy(content: number): Uint8Array {
  const noise = drawnPixels(content);
  return drawnPixels(0).map((value, i) => Math.floor((value * (256 - NOISE) + (noise[i] as number) * NOISE) / 256));
}

function document(number: number, source: string) {
  const text = `text ${number}`;
  const minhash = Uint8Array.from(uniforms(number, 'signature', MIN_HASH_BYTES), (value) => Math.floor(value * 256));
  if (number % ALONE_EVERY !== 0) minhash.fill(7, 0, BAND_BYTES);
  const measures = {
    length: text.length,
    tokens: 2,
    language: null,
    letterShare: 0.6,
    repetition: 0.1,
    boilerplate: 0,
  };
  const line = (number % ITEMS_A_PART) + 1;
  return { ...about(number, new TextEncoder().encode(text), source), ...measures, line, minhash };
}

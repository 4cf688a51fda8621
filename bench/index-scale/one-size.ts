// Makes a dataset of simulated parts (`make`), or runs the real index on it (`index`). Both run in separate processes, so that
// the peak memory is that of index alone: node one-size.ts make|index image|text ITEMS FOLDER
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '#core/base/hash.ts';
import { uniforms } from '#core/base/random.ts';
import type { Verdict } from '#core/ingest/messages.ts';
import { configIdOf, EffectiveConfig, effectiveConfig } from '#core/kinds/config.ts';
import { encodeImagePart } from '#core/kinds/image/part.ts';
import { encodeTextPart } from '#core/kinds/text/part.ts';
import { minHash } from '#core/similarity/min-hash.ts';
import { AssembleRequest } from '#core/snapshot/messages.ts';
import { writeJson } from '#core/store/json.ts';
import { keys, unitName, uploadIdOf } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { index } from '#stages/index/stage.ts';
import { imageMeasures } from '../../test/fixtures/image-measures.ts';
import { folderStore } from '../soak/folder-store.ts';

const DATASET = 'simulated';
/** As units of archives are cut. */
const ITEMS_A_PART = 2000;
const SIDE = 8;
/** One item in this many is a copy, and one in this many is near an earlier item. */
const COPY_EVERY = 50;
const NEAR_EVERY = 51;
const LOOK_MS = 100;

export type Measured = {
  readonly items: number;
  readonly kept: number;
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly peakMemoryMiB: number;
  readonly spilledMiB: number;
};
type Kind = 'image' | 'text';
const CONFIG: Readonly<Record<Kind, EffectiveConfig | undefined>> = {
  image: effectiveConfig(
    { kind: 'image', image: { width: SIDE, height: SIDE, channels: 1 }, labels: 'folder' } as never,
    undefined,
  ),
  text: effectiveConfig({ kind: 'text', text: { unit: 'line', maxLength: 200 }, labels: 'folder' } as never, undefined),
};

const [mode, kindGiven, itemsGiven, folder] = process.argv.slice(2);
const kind = kindGiven === 'text' ? 'text' : 'image';
const config = EffectiveConfig.parse(CONFIG[kind]);
const configId = configIdOf(config);
const items = Number(itemsGiven);
if (mode === undefined || folder === undefined || !(items > 0))
  throw new Error('make or index, a kind, a number and a folder');
const drop = folderStore(join(folder, 'drop'));
const data = folderStore(join(folder, 'data'));
if (mode === 'make') await make();
else writeFileSync(join(folder, 'measured.json'), JSON.stringify(await measure()));

async function make(): Promise<void> {
  await writeJson(data, keys.currentConfig(DATASET), { configId, versionId: null, config });
  for (let first = 0; first < items; first += ITEMS_A_PART) {
    const count = Math.min(ITEMS_A_PART, items - first);
    const sourceKey = `${DATASET}/${first}.zip`;
    await drop.put(sourceKey, String(first));
    const uploadId = uploadIdOf(drop.bucket, sourceKey, 'null');
    const place = { dataset: DATASET, configId, uploadId, unit: unitName(0, 1) };
    const numbers = Array.from({ length: count }, (_, i) => first + i);
    const part =
      kind === 'image'
        ? encodeImagePart(numbers.map((n) => image(n, sourceKey)))
        : encodeTextPart(numbers.map((n) => document(n, sourceKey)));
    await data.put(keys.part(place, sha256(part)), part);
    const verdict: Verdict = {
      ...place,
      sourceKey,
      part: { key: keys.part(place, sha256(part)), sha256: sha256(part), items: count },
      items: { accepted: count, rejected: 0 },
      byIssue: {},
      examples: [],
    };
    await writeJson(data, keys.verdict(place), verdict);
  }
}

async function measure(): Promise<Measured> {
  const scratch = join(folder as string, 'scratch');
  mkdirSync(scratch, { recursive: true });
  let spilled = 0;
  const looking = setInterval(() => {
    spilled = Math.max(spilled, bytesIn(scratch));
  }, LOOK_MS);
  const [startedMs, before] = [performance.now(), process.cpuUsage()];
  const stores: { drop: Store; data: Store } = { drop, data };
  const indexed = await index({ ...stores, scratch, mostItems: items })(
    AssembleRequest.parse({ dataset: DATASET, trigger: 'report' }),
  );
  const { user, system } = process.cpuUsage(before);
  clearInterval(looking);
  const found = JSON.parse(
    new TextDecoder().decode((await data.get(keys.snapshot(DATASET, indexed.snapshotId, 'index.json')))?.body),
  ) as { counts: { items: { distinct: number } }; items: { rows: number }[] };
  if (found.items[0]?.rows !== items) throw new Error(`${found.items[0]?.rows} items were indexed of ${items}`);
  return {
    items,
    kept: found.counts.items.distinct,
    seconds: (performance.now() - startedMs) / 1000,
    processorSeconds: (user + system) / 1e6,
    peakMemoryMiB: process.resourceUsage().maxRSS / 1024,
    spilledMiB: spilled / 2 ** 20,
  };
}

function bytesIn(at: string): number {
  try {
    return readdirSync(at, { recursive: true, encoding: 'utf8' }).reduce(
      (sum, name) => sum + statSync(join(at, name)).size,
      0,
    );
  } catch {
    // A file that was just listed may be gone.
    return 0;
  }
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

function image(number: number, source: string) {
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

function document(number: number, source: string) {
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

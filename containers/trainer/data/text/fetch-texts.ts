// Downloads the texts of a snapshot, fits the codec to the training texts and writes the codes and labels of every split.
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { SPLITS } from '#core/kinds/split.ts';
import { textCodecFit } from '#core/kinds/text/codec/fit-text-codec.ts';
import { type TextCodec, textCoder } from '#core/kinds/text/codec/text-codec.ts';
import { MOST_POSITIONS } from '#core/model/text/limits.ts';
import type { ManifestOf, ShardFile } from '#core/snapshot/messages.ts';
import type { Store } from '#core/store/store.ts';
import { CODEC_FILE, codesFile } from '../coded-files.ts';
import { readRows } from '../read-rows.ts';
import { labelsFile } from '../shard-arrays.ts';

type TextManifest = ManifestOf<'text'>;
type Labelled = { readonly text: string; readonly label: string | null };

/**
 * Throws CorruptObjectError where a shard does not match the manifest, and NoConfigurationError where a text has more symbols than a
 * model takes. `check` is called between shards.
 */
export async function fetchTexts(
  data: Store,
  manifest: TextManifest,
  folder: string,
  check: () => void,
): Promise<TextCodec> {
  await mkdir(folder, { recursive: true });
  const fit = textCodecFit();
  for (const shard of manifest.shards) {
    check();
    for (const { text } of await readTexts(data, manifest, shard)) fit.add(text, shard.split === 'train');
  }
  const codec = fit.codec();
  refuseLongTexts(codec);
  await writeFile(join(folder, CODEC_FILE), JSON.stringify(codec));
  const coder = textCoder(codec);
  const classOf = new Map(manifest.labels.map((label, place) => [label, place]));
  for (const split of SPLITS) {
    await writeFile(codesFile(folder, split), '');
    await writeFile(labelsFile(folder, split), '');
    for (const shard of manifest.shards.filter((one) => one.split === split)) {
      check();
      const texts = await readTexts(data, manifest, shard);
      const codes = new Uint8Array(texts.length * coder.positions);
      for (const [place, { text }] of texts.entries()) codes.set(coder.row(text), place * coder.positions);
      const labels = Int32Array.from(texts, ({ label }) => (label === null ? -1 : (classOf.get(label) ?? -1)));
      await appendFile(codesFile(folder, split), codes);
      await appendFile(labelsFile(folder, split), new Uint8Array(labels.buffer));
    }
  }
  return codec;
}

async function readTexts(data: Store, manifest: TextManifest, shard: ShardFile): Promise<Labelled[]> {
  const rows = await readRows(data, manifest, shard, ['text', 'label']);
  return rows.map(({ text, label }) => ({ text: String(text), label: label === null ? null : String(label) }));
}

function refuseLongTexts({ unit, positions }: TextCodec): void {
  if (positions <= MOST_POSITIONS) return;
  const words = unit === 'character' ? 'characters' : 'bytes (it has more characters than a model has symbols)';
  throw new GoldpanError(
    FAILURE.noConfiguration,
    `the longest text has ${positions - 1} ${words}, models take ${MOST_POSITIONS - 1} at most. Set text.maxLength in dataset.yaml to ${MOST_POSITIONS - 1} or less, or split longer texts into lines`,
  );
}

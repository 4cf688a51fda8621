// Downloads the texts of a snapshot, fits codecs to the training texts and writes the codes and labels of every split.
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { SPLITS } from '#core/kinds/split.ts';
import { type TextCodecFit, textCodecFit } from '#core/kinds/text/codec/fit-text-codec.ts';
import { passagesOf } from '#core/kinds/text/codec/passages.ts';
import { type TextCodec, textCoder } from '#core/kinds/text/codec/text-codec.ts';
import { MOST_POSITIONS, PASSAGE, WHOLE_DOCUMENT } from '#core/model/text/limits.ts';
import type { ManifestOf, ShardFile } from '#core/snapshot/messages.ts';
import type { Store } from '#core/store/store.ts';
import { CODEC_FILE, codesFile } from '../coded-files.ts';
import { readRows } from '../read-rows.ts';
import { labelsFile } from '../shard-arrays.ts';
import { SOURCE_CODEC_FILE } from './show-texts.ts';

type TextManifest = ManifestOf<'text'>;
type Labelled = { readonly text: string; readonly source?: string; readonly label: string | null };
/** `source`: of the sources, where items are pairs. */
export type TextCodecs = { readonly codec: TextCodec; readonly source?: TextCodec };

/** Characters of training texts on average, beyond which frequent neighbours become one symbol: texts then have fewer positions. */
const LONG_TEXTS = 32;
/** The same for the texts of pairs, whose symbols often have several characters, for example phonemes. */
const LONG_ANSWERS = 12;
/** Where a text is longer, they are merged whatever the others are. */
const LONGEST_UNMERGED = 256;

/**
 * Throws CorruptObjectError where a shard does not match the manifest, and NoConfigurationError where a text has more symbols than a
 * model takes. `check` is called between shards.
 */
export async function fetchTexts(
  data: Store,
  manifest: TextManifest,
  folder: string,
  check: () => void,
): Promise<TextCodecs> {
  await mkdir(folder, { recursive: true });
  const { codec, source, passage } = await fitCodecs(data, manifest, check);
  const most = MOST_POSITIONS[source ? 'pair' : 'text'];
  refuseLongTexts(codec, 'text', most);
  await writeFile(join(folder, CODEC_FILE), JSON.stringify(codec));
  if (source) {
    refuseLongTexts(source, 'source', most);
    await writeFile(join(folder, SOURCE_CODEC_FILE), JSON.stringify(source));
  }
  const coder = textCoder(codec);
  const sourceCoder = source && textCoder(source);
  const width = coder.positions + (sourceCoder?.positions ?? 0);
  const classOf = new Map(manifest.labels.map((label, place) => [label, place]));
  for (const split of SPLITS) {
    await writeFile(codesFile(folder, split), '');
    await writeFile(labelsFile(folder, split), '');
    for (const shard of manifest.shards.filter((one) => one.split === split)) {
      check();
      const documents = await readTexts(data, manifest, shard);
      // Passages are in the split of their document.
      const texts =
        passage === undefined
          ? documents
          : documents.flatMap((one) => passagesOf(one.text, passage).map((text) => ({ ...one, text })));
      const codes = new Uint8Array(texts.length * width);
      for (const [place, { text, source: given = '' }] of texts.entries()) {
        codes.set(coder.row(text), place * width);
        if (sourceCoder) codes.set(sourceCoder.row(given), place * width + coder.positions);
      }
      const labels = Int32Array.from(texts, ({ label }) => (label === null ? -1 : (classOf.get(label) ?? -1)));
      await appendFile(codesFile(folder, split), codes);
      await appendFile(labelsFile(folder, split), new Uint8Array(labels.buffer));
    }
  }
  return { codec, ...(source && { source }) };
}

/** `passage`: characters of the passages that documents are cut into; undefined where none is too long. */
type Fitted = TextCodecs & { readonly passage: number | undefined };

async function fitCodecs(data: Store, manifest: TextManifest, check: () => void): Promise<Fitted> {
  const isPairs = manifest.config.text.source !== undefined;
  const each = async (visit: (text: Labelled, isTraining: boolean) => void) => {
    for (const shard of manifest.shards) {
      check();
      for (const text of await readTexts(data, manifest, shard)) visit(text, shard.split === 'train');
    }
  };
  const whole = textCodecFit();
  const sources = isPairs ? textCodecFit() : undefined;
  await each(({ text, source = '' }, isTraining) => {
    whole.add(text, isTraining);
    sources?.add(source, isTraining);
  });
  // A part of a tune has no metre and key.
  const isCut = !isPairs && manifest.config.text.unit !== 'tune' && whole.longest() > WHOLE_DOCUMENT;
  const passage = isCut ? PASSAGE[whole.codec().unit] : undefined;
  const cut = (text: string) => (passage === undefined ? [text] : passagesOf(text, passage));
  const fit = passage === undefined ? whole : textCodecFit();
  if (passage !== undefined)
    await each(({ text }, isTraining) => {
      for (const one of cut(text)) fit.add(one, isTraining);
    });
  const longOf = (of: TextCodecFit, least: number) => (of.longest() > LONGEST_UNMERGED ? 0 : least);
  const codec = fit.codec(longOf(fit, isPairs ? LONG_ANSWERS : LONG_TEXTS));
  const source = sources?.codec(longOf(sources, LONG_TEXTS));
  if (!codec.merges && !source?.merges) return { codec, ...(source && { source }), passage };
  // How long merged texts are shows only when all are merged.
  const longest = { text: longestOf(codec), source: source && longestOf(source) };
  await each(({ text, source = '' }) => {
    for (const one of cut(text)) longest.text.see(one);
    longest.source?.see(source);
  });
  return { codec: longest.text.codec(), ...(longest.source && { source: longest.source.codec() }), passage };
}

/** The codec with as many positions as the longest of the texts that are seen. */
function longestOf(codec: TextCodec) {
  if (!codec.merges) return { see: () => undefined, codec: () => codec };
  const { encode } = textCoder(codec);
  let positions = 2;
  return {
    see(text: string) {
      positions = Math.max(positions, encode(text).length + 1);
    },
    codec: (): TextCodec => ({ ...codec, positions }),
  };
}

async function readTexts(data: Store, manifest: TextManifest, shard: ShardFile): Promise<Labelled[]> {
  const isPairs = manifest.config.text.source !== undefined;
  const rows = await readRows(data, manifest, shard, ['text', 'label', ...(isPairs ? ['source'] : [])]);
  return rows.map(({ text, label, source }) => ({
    text: String(text),
    ...(isPairs && { source: String(source) }),
    label: label === null ? null : String(label),
  }));
}

function refuseLongTexts({ unit, positions }: TextCodec, what: 'text' | 'source', most: number): void {
  if (positions <= most) return;
  const words = unit === 'character' ? 'symbols' : 'bytes (it has more characters than a model has symbols)';
  throw new GoldpanError(
    FAILURE.noConfiguration,
    `the longest ${what} has ${positions - 1} ${words}, models take ${most - 1} at most. Set text.maxLength in dataset.yaml to ${most - 1} or less, or split longer texts into lines`,
  );
}

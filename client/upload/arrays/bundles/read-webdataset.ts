// Reads a tar of WebDataset: files that share a name up to the first point are one sample, a picture or a sound and its facts.
// https://github.com/webdataset/webdataset (section "The WebDataset Format")
import { posix } from 'node:path';
import { unpackTar } from '#core/ingest/archive/tar.ts';
import type { TarSource } from '#core/ingest/archive/tar-stream.ts';
import type { LocalFile } from '../../collect.ts';
import { captionIn, isFacts, LARGEST_FACTS_BYTES, labelIn } from '../../labelled/fact-file.ts';
import { isMedia, keyOf } from '../../labelled/media-names.ts';
import { readBytes } from '../../read-bytes.ts';
import type { Bundle, BundledItem } from './bundle.ts';

const ALL = { first: 0, count: Number.MAX_SAFE_INTEGER };

/** Returns undefined for a tar that has other files, or no facts beside its pictures and sounds. The tar is read twice. */
export async function webDatasetIn(file: LocalFile): Promise<Bundle | undefined> {
  const readRange = async (first: number, last: number) => readBytes(file.path, first, last - first + 1);
  const source = { size: file.size, gzip: /gz$/i.test(file.name), readRange };
  const samples = await readSamples(source).catch(() => undefined);
  if (!samples) return undefined;
  const { keys, labels, captions } = samples;
  const items = async function* (): AsyncGenerator<BundledItem> {
    for await (const { path, bytes } of unpackTar(source, ALL))
      if (bytes && isMedia(path))
        yield { name: path, label: labels.get(keyOf(path)), caption: captions.get(keyOf(path)), bytes };
  };
  const stem = posix.basename(file.name).replace(/\.(tar|tar\.gz|tgz)$/i, '');
  return { layout: `WebDataset, ${keys.size} samples`, stem, items: items() };
}

/** Throws if the tar is broken, which the upload then tells. */
async function readSamples(source: TarSource) {
  const keys = new Set<string>();
  const labels = new Map<string, string>();
  const captions = new Map<string, string>();
  const facts = new Set<string>();
  for await (const { path, bytes } of unpackTar(source, ALL)) {
    const key = keyOf(path);
    if (isMedia(path)) keys.add(key);
    else if (isFacts(path)) facts.add(key);
    else return undefined;
    if (!isFacts(path) || !bytes || bytes.length > LARGEST_FACTS_BYTES) continue;
    const text = new TextDecoder().decode(bytes);
    const caption = captionIn(path, text);
    if (caption !== undefined && !(captions.has(key) && path.endsWith('.json'))) captions.set(key, caption);
    const label = labelIn(path, text);
    if (label !== undefined) labels.set(key, chosen(labels.get(key), label, /\.cls$/i.test(path)));
  }
  const isWhole = facts.size > 0 && [...facts].every((key) => keys.has(key));
  return isWhole ? { keys, labels, captions } : undefined;
}

/** A class in `.cls` counts before one in `.json`, unless it is a number whose name is in `.json`. */
function chosen(before: string | undefined, label: string, isClass: boolean): string {
  if (before === undefined) return label;
  const [own, other] = isClass ? [label, before] : [before, label];
  return /^\d+$/.test(own) && !/^\d+$/.test(other) ? other : own;
}

// A dataset.yaml for a new dataset, from the majority of the files at hand.
import { closeSync, openSync, readSync } from 'node:fs';
import { stringify } from 'yaml';
import { readImageHeader } from '#core/image-header.ts';
import { inferConfig, spread } from '#core/infer.ts';
import type { Drop } from './collect.ts';

/** More than the uploads' own inference reads: these files are near. */
const SAMPLES = 1_000;
/** A JPEG's size may stand behind its thumbnail. */
const HEADER_BYTES = 64 * 1024;

/** Undefined when none of the files is an image whose header can be read. */
export function proposeConfig(drops: readonly Drop[]): string | undefined {
  const files = drops.flatMap((drop) => (drop.type === 'file' ? [drop.file] : drop.files));
  const sampled = spread(files.length, SAMPLES).map((i) => files[i] as (typeof files)[number]);
  const headers = sampled.flatMap(({ path }) => readImageHeader(firstBytes(path)) ?? []);
  const labelled = files.length === 1 && drops[0]?.type === 'file' ? [] : files.map(({ name }) => name);
  const inferred = inferConfig(headers, labelled);
  return inferred && stringify(inferred, { flowCollectionPadding: false });
}

function firstBytes(path: string): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const buffer = new Uint8Array(HEADER_BYTES);
    return buffer.subarray(0, readSync(file, buffer, 0, HEADER_BYTES, 0));
  } finally {
    closeSync(file);
  }
}

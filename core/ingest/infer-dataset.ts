// The configuration that a first upload speaks for: the kind most of its files are of, and what such files need.

import { KINDS, type Kind } from '../base/names.ts';
import { inferAudio } from '../kinds/audio/infer.ts';
import { type Inferred, TableConfig } from '../kinds/config.ts';
import { readImageHeader } from '../kinds/image/header.ts';
import { inferText } from '../kinds/text/infer.ts';
import { inferConfig, labelsFrom } from './infer-config.ts';
import { kindOf, sniff, TAKEN } from './sniff.ts';

/** The beginning of one file; at least what content.ts looks at, more where a header is long. */
export type Sample = { readonly path: string; readonly start: Uint8Array };

/**
 * `paths` are all files of the upload, the samples some of them. `stated`: the kind that dataset.yaml names; nothing
 * else is looked at then. Undefined when no sample is of a kind that is taken.
 */
export async function inferDataset(
  samples: readonly Sample[],
  paths: readonly string[],
  stated?: Kind,
): Promise<Inferred | undefined> {
  const byKind = new Map<Kind, Sample[]>();
  for (const sample of samples) {
    const content = await sniff(sample.start);
    const known = kindOf(content, sample.start, sample.path);
    const taken = stated && known && TAKEN[stated].families.includes(content.family) ? stated : undefined;
    const kind = stated ? taken : known;
    if (kind) byKind.set(kind, [...(byKind.get(kind) ?? []), sample]);
  }
  const ranked = KINDS.filter((kind) => byKind.has(kind)).sort(
    (a, b) => (byKind.get(b)?.length ?? 0) - (byKind.get(a)?.length ?? 0),
  );
  const kind = ranked[0];
  const found = kind && (byKind.get(kind) as Sample[]);
  if (!kind || !found) return undefined;
  if (kind === 'image')
    return inferConfig(
      found.flatMap(({ start }) => readImageHeader(start) ?? []),
      paths,
    );
  if (kind === 'table') return { kind, table: TableConfig.parse({}), labels: 'none' };
  const labels = labelsFrom(paths);
  return kind === 'text' ? { kind, text: inferText(found), labels } : { kind, audio: inferAudio(found), labels };
}

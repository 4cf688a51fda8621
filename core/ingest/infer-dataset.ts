// Infers the settings that dataset.yaml leaves open from some files of an upload.
import { KINDS, type Kind } from '../base/names.ts';
import type { Inferred } from '../kinds/config.ts';
import type { Sample } from '../kinds/define/cleaned.ts';
import { isNote } from '../kinds/formats/notes-beside-tables.ts';
import { definitionOf } from '../kinds/registry/definitions.ts';
import { ingestOf } from '../kinds/registry/ingest.ts';
import { isCaptions } from '../kinds/sidecar.ts';
import { kindOf, sniff } from './sniff.ts';

const METADATA = /(^|\/)metadata\.(csv|jsonl)$/;
/** Maximum number of file headers that are read to infer the settings of an upload. */
export const INFERENCE_SAMPLES = 64;

/**
 * Infers the settings of a dataset. `paths`: all files of the upload; the samples are some of them. `stated`: the kind in dataset.yaml,
 * which is then the only one considered. Returns undefined if no sample has a supported kind.
 */
export async function inferDataset(
  samples: readonly Sample[],
  paths: readonly string[],
  stated?: Kind,
): Promise<Inferred | undefined> {
  const byKind = new Map<Kind, Sample[]>();
  // A README among files that are refused makes no dataset of texts.
  const data = samples.filter(({ path }) => !isNote(path));
  for (const sample of data.length > 0 ? data : samples) {
    if (isCaptions(sample.path)) continue;
    const content = await sniff(sample.start, { path: sample.path });
    const known = kindOf(content, sample.start, sample.path);
    const taken =
      stated && known && definitionOf(stated).content.families.includes(content.family) ? stated : undefined;
    const kind = stated ? taken : known;
    const read = content.inside ? { path: sample.path.replace(/\.gz$/i, ''), start: content.inside } : sample;
    if (kind) byKind.set(kind, [...(byKind.get(kind) ?? []), read]);
  }
  const ranked = KINDS.filter((kind) => byKind.has(kind)).sort(
    (a, b) => (byKind.get(b)?.length ?? 0) - (byKind.get(a)?.length ?? 0),
  );
  const kind = ranked[0];
  const found = kind && (byKind.get(kind) as Sample[]);
  if (!kind || !found) return undefined;
  return ingestOf(kind).infer(found, pathsLike(found, paths));
}

/**
 * The paths of the files that the samples stand for, by the endings of their names: a folder of annotations is no class. A metadata file
 * stays, since it may have the labels.
 */
function pathsLike(samples: readonly Sample[], paths: readonly string[]): readonly string[] {
  const endings = new Set(samples.map(({ path }) => endingOf(path)));
  return paths.filter((path) => endings.has(endingOf(path)) || METADATA.test(path));
}

function endingOf(path: string): string {
  return /\.[^./]+$/.exec(path)?.[0].toLowerCase() ?? '';
}

/** `count` indices spread evenly over `total`, all of them where there are fewer. */
export function spread(total: number, count: number): number[] {
  const taken = Math.min(total, count);
  return Array.from({ length: taken }, (_, i) => Math.floor((i * total) / taken));
}

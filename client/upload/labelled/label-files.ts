// Pictures and sounds whose class lies beside them: in a file of the same name, or in one list of names and classes.
import { readFileSync } from 'node:fs';
import { type Remark, remarkOn } from '#core/kinds/define/remark.ts';
import { hasSidecar } from '#core/kinds/sidecar.ts';
import type { LocalFile } from '../collect.ts';
import { isFacts, LARGEST_FACTS_BYTES, labelIn } from './fact-file.ts';
import { isMedia, keyOf, namedByLabel, stemOf } from './media-names.ts';
import { isList, readList } from './read-list.ts';

/** `files`: named by folders of their classes, without the files that said so. */
export type LabelledFiles = { readonly files: readonly LocalFile[]; readonly remarks: readonly Remark[] };

const TEXT = /\.txt$/i;
/** Fewer of the pictures and sounds with such a file beside them: it is about something else. */
const LEAST_SHARE = 0.5;

/**
 * Other files, and those of a folder without such facts, keep their names. `setting`: what dataset.yaml says of labels, if it does; a
 * sidecar is left as it is, and its labels count.
 */
export function labelFiles(files: readonly LocalFile[], setting?: string): LabelledFiles {
  const media = files.filter(({ name }) => isMedia(name));
  if (media.length === 0) return { files, remarks: [] };
  const labels = new Map<LocalFile, string>();
  const remarks: (Remark | undefined)[] = [];
  const used = new Set<LocalFile>();
  const isOpen = setting === undefined || !hasSidecar(setting);
  for (const list of isOpen ? files.filter(({ name, size }) => isList(name, size)) : []) {
    const found = readList(list, media);
    if (!found) continue;
    used.add(list);
    for (const [file, label] of found.labels) labels.set(file, label);
    const said = found.labels.size > 0 ? `${classes(found.labels.values())} of ${found.labels.size} files` : 'texts';
    remarks.push(remarkOn('layout.facts-beside', [list.name], said));
  }
  const beside = factsBeside(files, media);
  for (const [facts, owner] of beside) {
    used.add(facts);
    const label = labelIn(facts.name, readFileSync(facts.path, 'utf8'));
    if (label !== undefined) labels.set(owner, label);
  }
  const names = [...beside.keys()].map(({ name }) => name);
  const labelled = [...beside.values()].flatMap((owner) => labels.get(owner) ?? []);
  remarks.push(remarkOn('layout.facts-beside', names, labelled.length > 0 ? classes(labelled) : 'texts'));
  const renamed = files
    .filter((file) => !used.has(file))
    .map((file) => (isOpen && labels.has(file) ? { ...file, name: namedByLabel(file.name, labels.get(file)) } : file));
  return { files: renamed.sort(byName), remarks: remarks.filter((remark) => remark !== undefined) };
}

/** Each file of facts with the picture or sound that has the same name. */
function factsBeside(files: readonly LocalFile[], media: readonly LocalFile[]): Map<LocalFile, LocalFile> {
  const owners = new Map<string, LocalFile>();
  for (const file of media) {
    for (const name of [keyOf(file.name), stemOf(file.name), file.name]) if (!owners.has(name)) owners.set(name, file);
  }
  const found = new Map<LocalFile, LocalFile>();
  for (const file of files) {
    if (!isFacts(file.name) || file.size > LARGEST_FACTS_BYTES) continue;
    const owner = owners.get(stemOf(file.name));
    if (owner) found.set(file, owner);
  }
  const owned = new Set(found.values()).size;
  // Texts with some pictures among them are the data themselves.
  const others = files.filter((file) => TEXT.test(file.name) && !found.has(file)).length;
  return owned >= media.length * LEAST_SHARE && others <= owned ? found : new Map();
}

function classes(labels: Iterable<string>): string {
  return `${new Set(labels).size} labels`;
}

function byName(a: LocalFile, b: LocalFile): number {
  return Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));
}

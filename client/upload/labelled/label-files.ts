// Pictures and sounds whose class or caption lies beside them: in a file of the same name, or in one list of names.
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { type Remark, remarkOn } from '#core/kinds/define/remark.ts';
import { labelsFrom } from '#core/kinds/labels.ts';
import { hasSidecar } from '#core/kinds/sidecar.ts';
import type { LocalFile } from '../collect.ts';
import { captionIn, isFacts, LARGEST_FACTS_BYTES, labelIn } from './fact-file.ts';
import { isMedia, keyOf, namedByLabel, stemOf } from './media-names.ts';
import { metadataCaptions } from './metadata-captions.ts';
import { isList, readList } from './read-list.ts';

/** `files`: named by folders of their classes and with their captions, without the files that said so. */
export type LabelledFiles = { readonly files: readonly LocalFile[]; readonly remarks: readonly Remark[] };

const TEXT = /\.txt$/i;
/** Fewer of the pictures and sounds with such a file beside them: it is about something else. */
const LEAST_SHARE = 0.5;
/** Columns named in a remark. */
const MOST_NAMED = 5;

/**
 * Other files, and those of a folder without such facts, keep their names. `setting`: what dataset.yaml says of labels, if it does; a
 * sidecar is left as it is, and its labels count.
 */
export function labelFiles(files: readonly LocalFile[], setting?: string): LabelledFiles {
  const media = files.filter(({ name }) => isMedia(name));
  if (media.length === 0) return { files, remarks: [] };
  const labels = new Map<LocalFile, string>();
  const captions = new Map<LocalFile, string>();
  const remarks: (Remark | undefined)[] = [];
  const used = new Set<LocalFile>();
  const isOpen = setting === undefined || !hasSidecar(setting);
  const isFolder = isOpen && labelsFrom(media.map(({ name }) => name)).labels === 'folder';
  const mediaByName = new Map(media.map((file) => [file.name, file]));
  for (const list of isFolder ? files : []) {
    const found = metadataCaptions(list, mediaByName);
    if (!found) continue;
    used.add(list);
    for (const [file, caption] of found) captions.set(file, caption);
    remarks.push(remarkOn('layout.facts-beside', [list.name], told([], found.size)));
  }
  for (const list of isOpen ? files.filter(({ name, size }) => isList(name, size)) : []) {
    const found = used.has(list) ? undefined : readList(list, media);
    if (!found) continue;
    used.add(list);
    for (const [file, label] of found.labels) labels.set(file, label);
    for (const [file, caption] of found.captions) captions.set(file, caption);
    remarks.push(
      remarkOn('layout.facts-beside', [list.name], told(found.labels.values(), found.captions.size, found.others)),
    );
  }
  const beside = factsBeside(files, media);
  for (const [facts, owner] of beside) {
    used.add(facts);
    const text = readFileSync(facts.path, 'utf8');
    const label = labelIn(facts.name, text);
    if (label !== undefined) labels.set(owner, label);
    const caption = captionIn(facts.name, text);
    if (caption !== undefined) captions.set(owner, caption);
  }
  const names = [...beside.keys()].map(({ name }) => name);
  const owners = [...new Set(beside.values())];
  const labelled = owners.flatMap((owner) => labels.get(owner) ?? []);
  const captioned = owners.filter((owner) => captions.has(owner)).length;
  remarks.push(remarkOn('layout.facts-beside', names, told(labelled, captioned)));
  const renamed = files
    .filter((file) => !used.has(file))
    .map((file): LocalFile => {
      const caption = captions.get(file);
      const name = isOpen ? namedByLabel(file.name, labels.get(file)) : file.name;
      return name === file.name && caption === undefined
        ? file
        : { ...file, name, ...(caption !== undefined && { caption }) };
    });
  return { files: renamed.sort(byName), remarks: remarks.filter((remark) => remark !== undefined) };
}

/** Each file of facts with the picture or sound that has the same name. */
function factsBeside(files: readonly LocalFile[], media: readonly LocalFile[]): Map<LocalFile, LocalFile> {
  const owners = new Map<string, LocalFile>();
  for (const file of media) {
    for (const name of [keyOf(file.name), stemOf(file.name), file.name]) if (!owners.has(name)) owners.set(name, file);
  }
  const byStem = new Map<string, LocalFile[]>();
  for (const file of media) {
    const stem = posix.basename(stemOf(file.name));
    byStem.set(stem, [...(byStem.get(stem) ?? []), file]);
  }
  const found = new Map<LocalFile, LocalFile>();
  for (const file of files) {
    if (!isFacts(file.name) || file.size > LARGEST_FACTS_BYTES) continue;
    const owner = owners.get(stemOf(file.name)) ?? inOtherFolder(file, byStem);
    if (owner) found.set(file, owner);
  }
  const owned = new Set(found.values()).size;
  // Texts with some pictures among them are the data themselves.
  const others = files.filter((file) => TEXT.test(file.name) && !found.has(file)).length;
  return owned >= media.length * LEAST_SHARE && others <= owned ? found : new Map();
}

/** `txt/p225/p225_001.txt` belongs to `wav48/p225/p225_001.wav`: one folder has another name. */
function inOtherFolder(facts: LocalFile, byStem: ReadonlyMap<string, readonly LocalFile[]>): LocalFile | undefined {
  const folders = facts.name.split('/').slice(0, -1);
  const alike = (byStem.get(posix.basename(stemOf(facts.name))) ?? []).filter(({ name }) => {
    const others = name.split('/').slice(0, -1);
    return others.length === folders.length && others.filter((folder, i) => folder !== folders[i]).length === 1;
  });
  return alike.length === 1 ? alike[0] : undefined;
}

/** `2 labels of 12 files, 10 captions`. `others`: columns that hold neither. */
function told(labels: Iterable<string>, captions: number, others: readonly string[] = []): string {
  const all = [...labels];
  const classes = all.length > 0 ? [`${new Set(all).size} labels of ${all.length} files`] : [];
  const found = [...classes, ...(captions > 0 ? [`${captions} captions`] : [])].join(', ');
  if (found !== '' || others.length === 0) return found || 'other facts';
  const listed = others.slice(0, MOST_NAMED).join(', ');
  const more = others.length > MOST_NAMED ? ` and ${others.length - MOST_NAMED} more` : '';
  return `other facts: ${listed}${more}; a column called label would give the classes`;
}

function byName(a: LocalFile, b: LocalFile): number {
  return Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));
}

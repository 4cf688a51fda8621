// Finds what to upload at the given paths: files as they are, folders as archives, dataset.yaml apart.
import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { sortFiles } from '#core/ingest/archive/entry.ts';
import { litterOf } from '#core/ingest/layouts/litter.ts';
import { parseDatasetFile } from '#core/kinds/dataset-file.ts';
import { joinRemarks, type Remark } from '#core/kinds/define/remark.ts';
import { CONFIG_FILE, dropKey } from '#core/store/keys.ts';
import { ClientFailure, EXIT } from '../failure.ts';
import { labelFiles } from './labelled/label-files.ts';
import { arrangeLake } from './lake/arrange-lake.ts';

/** Most bytes in one archive, so that it fits into memory and a failed upload is cheap to repeat. */
export const ARCHIVE_BYTES = 512 * 2 ** 20;
/** Most files in one archive: the zip library scans all entries for each one it adds. */
export const ARCHIVE_ENTRIES = 20_000;

/** `name` is relative to the folder named on the command line, with slashes. `caption`: what a text beside a picture or a sound says. */
export type LocalFile = {
  readonly path: string;
  readonly name: string;
  readonly size: number;
  readonly caption?: string;
};
export type Drop =
  | { readonly type: 'file'; readonly key: string; readonly file: LocalFile }
  | { readonly type: 'archive'; readonly key: string; readonly files: readonly LocalFile[] };
/** `remarks`: on files that are no data and are left where they are. */
export type Collected = {
  readonly drops: readonly Drop[];
  readonly configPath: string | undefined;
  readonly remarks: readonly Remark[];
};

/**
 * `labels`: the setting that is in force without a dataset.yaml in the folder. Throws ClientFailure for a missing path, an empty folder, and
 * two paths with the same key.
 */
export async function collectDrops(dataset: string, paths: readonly string[], labels?: string): Promise<Collected> {
  const drops: Drop[] = [];
  const configPaths: string[] = [];
  const remarks: Remark[] = [];
  for (const path of paths) {
    const facts = factsOf(path);
    const name = basename(resolve(path));
    if (!facts.isDirectory()) {
      if (name === CONFIG_FILE) configPaths.push(path);
      else drops.push({ type: 'file', key: dropKey(dataset, name), file: { path, name, size: facts.size } });
      continue;
    }
    const { files, remarks: more } = await sortedFolder(path, labels);
    // Remarks that the archive itself causes are reported with its verdict.
    remarks.push(...more.filter(({ code }) => code !== 'layout.split-folders'));
    const config = files.find((file) => file.name === CONFIG_FILE);
    if (config) configPaths.push(config.path);
    const content = files.filter((file) => file !== config);
    if (content.length === 0 && !config) throw new ClientFailure(`The folder ${path} contains no file.`);
    drops.push(...archives(dataset, name, content));
  }
  refuseClashes(drops.map(({ key }) => key));
  if (configPaths.length > 1)
    throw new ClientFailure(`There is more than one ${CONFIG_FILE}: ${configPaths.join(', ')}.`, {
      exitCode: EXIT.usage,
    });
  return { drops, configPath: configPaths[0], remarks: joinRemarks(remarks) };
}

/** Returns every file at the paths, named as in a dataset; two may have the same name. dataset.yaml is returned apart. */
export async function collectFiles(
  paths: readonly string[],
  labels?: string,
): Promise<{
  files: LocalFile[];
  configPath: string | undefined;
  remarks: readonly Remark[];
}> {
  const remarks: Remark[] = [];
  const found: LocalFile[] = [];
  for (const path of paths) {
    const facts = factsOf(path);
    if (!facts.isDirectory()) {
      found.push({ path, name: basename(resolve(path)), size: facts.size });
      continue;
    }
    const sorted = await sortedFolder(path, labels);
    remarks.push(...sorted.remarks);
    found.push(...sorted.files);
  }
  const configs = found.filter(({ name }) => name === CONFIG_FILE);
  const files = found.filter((file) => !configs.includes(file));
  return { files, configPath: configs[0]?.path, remarks: joinRemarks(remarks) };
}

/** Separates the data in a folder from the rest, and returns remarks on the rest. */
async function sortedFolder(
  path: string,
  labels: string | undefined,
): Promise<{ files: readonly LocalFile[]; remarks: readonly Remark[] }> {
  const found = walk(path);
  const config = found.find(({ name }) => name === CONFIG_FILE);
  const labelled = labelFiles(found, (config && statedLabels(config.path)) ?? labels);
  const sorted = sortFiles(labelled.files, ({ name }) => name);
  const { files, remarks } = await arrangeLake(sorted.files);
  return { files, remarks: [...labelled.remarks, ...sorted.remarks, ...remarks] };
}

/** Where labels come from by a dataset.yaml; undefined if it is not valid or leaves it open. */
export function statedLabels(path: string): string | undefined {
  const facts = statSync(path, { throwIfNoEntry: false });
  const parsed = facts?.isFile() ? parseDatasetFile(readFileSync(path, 'utf8')) : undefined;
  return parsed?.ok ? parsed.value.labels : undefined;
}

/**
 * Lists files in byte order of their names. A folder that is not data is listed once for all its content. Links to files are followed,
 * links to folders are not, so the walk always ends.
 */
function walk(folder: string): LocalFile[] {
  const found: LocalFile[] = [];
  const visit = (inner: string) => {
    for (const entry of readdirSync(inner, { withFileTypes: true })) {
      const path = join(inner, entry.name);
      const name = relative(folder, path).split(sep).join('/');
      const facts = entry.isSymbolicLink() ? statSync(path, { throwIfNoEntry: false }) : lstatSync(path);
      if (entry.isDirectory() && litterOf(entry.name) === undefined) visit(path);
      else if (facts?.isFile() || entry.isDirectory()) found.push({ path, name, size: facts?.size ?? 0 });
    }
  };
  visit(folder);
  return found.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
}

/** `<folder>.zip`, then `<folder>.2.zip` and so on where one archive would grow too large. */
function archives(dataset: string, folder: string, files: readonly LocalFile[]): Drop[] {
  const groups: LocalFile[][] = [];
  let bytes = 0;
  for (const file of files) {
    const group = groups.at(-1);
    if (!group || bytes + file.size > ARCHIVE_BYTES || group.length >= ARCHIVE_ENTRIES) {
      groups.push([file]);
      bytes = file.size;
    } else {
      group.push(file);
      bytes += file.size;
    }
  }
  return groups.map((group, i) => ({
    type: 'archive',
    key: dropKey(dataset, i === 0 ? `${folder}.zip` : `${folder}.${i + 1}.zip`),
    files: group,
  }));
}

/** Throws ClientFailure for two equal keys. */
export function refuseClashes(keys: readonly string[]): void {
  if (new Set(keys).size === keys.length) return;
  const twice = keys.find((key, i) => keys.indexOf(key) !== i);
  throw new ClientFailure(`Two of the paths would have the same key: ${twice}.`, {
    next: 'Rename one of them.',
    exitCode: EXIT.usage,
  });
}

/** Throws ClientFailure for a path at which there is nothing, and for an address. */
export function factsOf(path: string) {
  const url = /^(https?|s3|gs|ftp|hf):\/\//i.exec(path)?.[1]?.toLowerCase();
  if (url !== undefined)
    throw new ClientFailure(`${path} is an address, not a file of this machine.`, {
      next:
        url === 's3'
          ? `Get it first: aws s3 cp --recursive ${path} FOLDER. goldpan put ${path} copies it inside S3.`
          : `Get it first: curl -fLO ${path}, and name what came.`,
      exitCode: EXIT.usage,
    });
  const facts = statSync(path, { throwIfNoEntry: false });
  if (facts) return facts;
  throw new ClientFailure(`There is no file or folder at ${path}.`, { next: 'Check the path.', exitCode: EXIT.usage });
}

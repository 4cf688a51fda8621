// Finds what to upload at the given paths: files as they are, folders as archives, dataset.yaml apart.
import { lstatSync, readdirSync, statSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { CONFIG_FILE, dropKey } from '#core/store/keys.ts';
import { ClientFailure, EXIT } from '../failure.ts';

/** Most bytes in one archive, so that it fits into memory and a failed upload is cheap to repeat. */
const ARCHIVE_BYTES = 512 * 2 ** 20;
/** Most files in one archive: the zip library scans all entries for each one it adds. */
const ARCHIVE_ENTRIES = 20_000;
/** Files of file browsers and version control. */
const CLUTTER = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini', '__MACOSX', '.git']);

/** `name` is relative to the folder named on the command line, with slashes. */
export type LocalFile = { readonly path: string; readonly name: string; readonly size: number };
export type Drop =
  | { readonly type: 'file'; readonly key: string; readonly file: LocalFile }
  | { readonly type: 'archive'; readonly key: string; readonly files: readonly LocalFile[] };
export type Collected = { readonly drops: readonly Drop[]; readonly configPath: string | undefined };

/** Throws ClientFailure for a missing path, an empty folder, and two paths with the same key. */
export function collectDrops(dataset: string, paths: readonly string[]): Collected {
  const drops: Drop[] = [];
  const configPaths: string[] = [];
  for (const path of paths) {
    const facts = factsOf(path);
    const name = basename(resolve(path));
    if (!facts.isDirectory()) {
      if (name === CONFIG_FILE) configPaths.push(path);
      else drops.push({ type: 'file', key: dropKey(dataset, name), file: { path, name, size: facts.size } });
      continue;
    }
    const files = walk(path);
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
  return { drops, configPath: configPaths[0] };
}

/** Returns every file at the paths, named as in a dataset; two may have the same name. dataset.yaml is returned apart. */
export function collectFiles(paths: readonly string[]): { files: LocalFile[]; configPath: string | undefined } {
  const found = paths.flatMap((path) => {
    const facts = factsOf(path);
    return facts.isDirectory() ? walk(path) : [{ path, name: basename(resolve(path)), size: facts.size }];
  });
  const configs = found.filter(({ name }) => name === CONFIG_FILE);
  return { files: found.filter((file) => !configs.includes(file)), configPath: configs[0]?.path };
}

/** Files in byte order of their names. Links are followed to files, never to folders, so a walk always ends. */
function walk(folder: string): LocalFile[] {
  const found: LocalFile[] = [];
  const visit = (inner: string) => {
    for (const entry of readdirSync(inner, { withFileTypes: true })) {
      if (CLUTTER.has(entry.name)) continue;
      const path = join(inner, entry.name);
      const facts = entry.isSymbolicLink() ? statSync(path, { throwIfNoEntry: false }) : lstatSync(path);
      if (entry.isDirectory()) visit(path);
      else if (facts?.isFile())
        found.push({ path, name: relative(folder, path).split(sep).join('/'), size: facts.size });
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

function refuseClashes(keys: readonly string[]): void {
  if (new Set(keys).size === keys.length) return;
  const twice = keys.find((key, i) => keys.indexOf(key) !== i);
  throw new ClientFailure(`Two of the paths would have the same key: ${twice}.`, {
    next: 'Rename one of them.',
    exitCode: EXIT.usage,
  });
}

function factsOf(path: string) {
  const facts = statSync(path, { throwIfNoEntry: false });
  if (facts) return facts;
  throw new ClientFailure(`There is no file or folder at ${path}.`, { next: 'Check the path.', exitCode: EXIT.usage });
}

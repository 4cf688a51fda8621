// The folder of an export: its existing files, the files to write, and the checksums of both.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { appendFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { sha256 } from '#core/base/hash.ts';
import { parseJson } from '#core/base/json/parse-json.ts';
import { ClientFailure, EXIT } from '../../failure.ts';
import { ExportMark } from './output.ts';

const MARK = 'export.json';
const SUMS = 'SHA256SUMS';
/** Lines of files that are whole, in the order of writing; it becomes SHA256SUMS in the end. */
const UNFINISHED = 'SHA256SUMS.unfinished';

export type ExportFolder = {
  /** Returns whether these files exist unchanged. */
  holds(paths: readonly string[]): Promise<boolean>;
  /** Writes files; they count as there only when `commit` was called. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  commit(): Promise<void>;
  /** Writes SHA256SUMS, sorted by path. `others`: written by other means. */
  finish(others: readonly string[]): Promise<void>;
};

/** Throws ClientFailure where something else lies in the folder. */
export async function openExportFolder(folder: string, mark: ExportMark): Promise<ExportFolder> {
  await mkdir(folder, { recursive: true });
  await claim(folder, mark);
  const sums = new Map<string, string>();
  for (const file of [SUMS, UNFINISHED])
    for (const [path, sum] of await readSums(join(folder, file))) sums.set(path, sum);
  const madeFolders = new Set<string>();
  let pending: [string, string][] = [];
  const makeFolder = async (path: string) => {
    const parent = dirname(path);
    if (madeFolders.has(parent)) return;
    await mkdir(parent, { recursive: true });
    madeFolders.add(parent);
  };
  return {
    async holds(paths) {
      for (const path of paths) {
        const sum = sums.get(path);
        if (sum === undefined || (await fileChecksum(join(folder, path))) !== sum) return false;
      }
      return true;
    },
    async write(path, bytes) {
      const file = join(folder, path);
      await makeFolder(file);
      await writeFile(file, bytes);
      pending.push([path, sha256(bytes)]);
    },
    async commit() {
      for (const [path, sum] of pending) sums.set(path, sum);
      await appendFile(join(folder, UNFINISHED), linesOf(pending));
      pending = [];
    },
    async finish(others) {
      for (const path of [...others, MARK]) sums.set(path, (await fileChecksum(join(folder, path))) ?? '');
      const sorted = [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
      await writeFile(join(folder, UNFINISHED), linesOf(sorted));
      await rename(join(folder, UNFINISHED), join(folder, SUMS));
    },
  };
}

async function claim(folder: string, mark: ExportMark): Promise<void> {
  const file = join(folder, MARK);
  const there = await readFile(file, 'utf8').catch(() => undefined);
  const found = there === undefined ? undefined : ExportMark.safeParse(parseJson(there)).data;
  const isSame = found && JSON.stringify(found) === JSON.stringify(mark);
  if (isSame) return;
  const entries = await readdir(folder);
  if (entries.length > 0)
    throw new ClientFailure(
      found
        ? `${folder} holds snapshot ${found.snapshotId} of ${found.dataset} as ${found.as}.`
        : `${folder} is not empty, and holds no export.`,
      { next: 'Give another folder with --out, or delete this one.', exitCode: EXIT.usage },
    );
  await writeFile(file, `${JSON.stringify(mark)}\n`);
}

/** The lines as `sha256sum` reads them; a line that was cut off is left out. */
async function readSums(file: string): Promise<[string, string][]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return [...text.matchAll(/^([0-9a-f]{64}) {2}(.+)\n/gm)].map(([, sum = '', path = '']) => [path, sum]);
}

function linesOf(sums: readonly (readonly [string, string])[]): string {
  return sums.map(([path, sum]) => `${sum}  ${path}\n`).join('');
}

/** Returns undefined if the file does not exist. */
export async function fileChecksum(file: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return hash.digest('hex');
}

/** Deletes a folder that `openExportFolder` made. */
export async function removeExportFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

// @ts-check
// Keeps TypeScript files as stripped JavaScript below .goldpan: Node strips the types of each file anew in every process,
// which takes most of the start of a short command.
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** @typedef {{ readonly mtimeMs: number, readonly size: number, readonly code: string }} Stripped */

const ROOT = join(import.meta.dirname, '..');
const ROOT_URL = pathToFileURL(`${ROOT}/`).href;
const FOLDER = join(ROOT, '.goldpan', 'compile-cache');
const FILE = join(FOLDER, `stripped-${process.version}.json`);

const known = read();
let isNew = false;

registerHooks({
  load(url, context, nextLoad) {
    const isOurs =
      url.startsWith(ROOT_URL) && url.endsWith('.ts') && !url.slice(ROOT_URL.length).includes('/node_modules/');
    if (!isOurs) return nextLoad(url, context);
    return { format: 'module', source: codeOf(fileURLToPath(url)), shortCircuit: true };
  },
});
process.once('exit', write);

/**
 * Returns the code of a file, from the cache where its size and time of change are the same.
 * @param {string} path
 */
function codeOf(path) {
  const { mtimeMs, size } = statSync(path);
  const found = known[path];
  if (found?.mtimeMs === mtimeMs && found.size === size) return found.code;
  const code = stripTypeScriptTypes(readFileSync(path, 'utf8'));
  known[path] = { mtimeMs, size, code };
  isNew = true;
  return code;
}

/** @returns {Record<string, Stripped>} */
function read() {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8'));
  } catch {
    return {};
  }
}

/** Writes the files that still exist, all or nothing. Without the permission to write, each process strips for itself. */
function write() {
  if (!isNew) return;
  try {
    mkdirSync(FOLDER, { recursive: true });
    const kept = Object.entries(known).filter(([path]) => existsSync(path));
    writeFileSync(`${FILE}.${process.pid}`, JSON.stringify(Object.fromEntries(kept)));
    renameSync(`${FILE}.${process.pid}`, FILE);
  } catch {
    // The cache only saves time.
  }
}

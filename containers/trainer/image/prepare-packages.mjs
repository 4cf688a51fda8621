// node containers/trainer/image/prepare-packages.mjs FOLDER: checks what npm installed there for the image and removes the rest.
// Exits with 1 when a package that packages.json or its dependencies name is missing.
import { readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { argv } from 'node:process';
import { missingPackages, neededPackages } from '../../../infra/setup/locked-packages.mjs';

/** Names of the npm packages that the image's entry points import. A test compares them with the imports. */
export const packages = JSON.parse(readFileSync(new URL('./packages.json', import.meta.url), 'utf8'));

/** Files that Node does not read: maps, type declarations, other platforms' binaries, other module formats, C++ sources. */
export const needless = [
  /\.(map|d\.[cm]?ts|md)$/,
  /^onnxruntime-node\/bin\/[^/]+\/(?!linux\/x64\/)/,
  /^@tensorflow\/tfjs(-(?!node\/)[a-z-]+)?\/(?!package\.json$|LICENSE$|dist\/[a-z-]+\.node\.js$)/,
  /^@tensorflow\/tfjs-node\/(?!package\.json$|LICENSE$|lib\/|dist\/(?!.*_test\.js$))/,
  /^(@aws-sdk|@smithy)\/[^/]+\/dist-(es|types)\//,
  /^(@types|@webgpu|zod\/src|protobufjs\/dist|@observablehq\/plot\/dist)\//,
  /^d3\/dist\/(?!d3\.mjs$)/,
];

if (argv[1] === import.meta.filename) prepare(resolve(argv[2]));

function prepare(folder) {
  const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
  const missing = missingPackages(lock, packages, folder);
  if (missing.length > 0) {
    console.error(`npm has not installed ${missing.join(', ')}, which package-lock.json names for Linux x64`);
    process.exit(1);
  }
  const needed = neededPackages(lock, packages);
  for (const path of Object.keys(lock.packages).sort()) {
    if (path !== '' && !needed.has(path))
      removePackage(
        join(folder, path),
        [...needed].map((one) => join(folder, one)),
      );
  }
  const modules = join(folder, 'node_modules');
  for (const name of ['.bin', '.package-lock.json']) rmSync(join(modules, name), { recursive: true, force: true });
  removeNeedless(modules, modules);
}

/** Keeps the folders of needed packages that lie below it. */
function removePackage(path, kept) {
  if (!kept.some((one) => one.startsWith(`${path}/`))) return rmSync(path, { recursive: true, force: true });
  for (const name of readdirSync(path)) {
    if (name !== 'node_modules') rmSync(join(path, name), { recursive: true, force: true });
  }
}

function removeNeedless(folder, root) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) removeNeedless(path, root);
    else if (needless.some((pattern) => pattern.test(relative(root, path)))) rmSync(path);
  }
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}

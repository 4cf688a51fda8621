#!/usr/bin/env node
// Starts goldpan under the pinned Node, whatever Node the shell has; where that is not installed, under the shell's own.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const BINARIES = join(ROOT, 'node_modules', '.bin');
/** From this release on, Node runs TypeScript without a flag. */
const OLDEST_NODE = [22, 18];
/** As a package of npm, whose packages lie beside it. */
const IS_INSTALLED = basename(dirname(ROOT)) === 'node_modules';
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const NODE = findNode();

if (NODE === undefined) {
  process.stderr.write(
    `goldpan: the dependencies are not installed, and this Node is older than ${OLDEST_NODE.join('.')}.\n` +
      '  Run `npm run setup` in the checkout, or `npm ci --ignore-scripts` with a newer Node.\n',
  );
  process.exit(1);
}

/** Returns the pinned Node; without it, as on macOS and Windows, the one that runs this file, if it is new enough. */
function findNode() {
  const pinned = join(BINARIES, 'node');
  if (process.platform === 'linux' && existsSync(pinned)) return pinned;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE;
  const isNewEnough = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
  return isNewEnough && (existsSync(join(ROOT, 'node_modules')) || IS_INSTALLED) ? process.execPath : undefined;
}

// Node calls the function that strips types experimental; the pinned Node has it.
const FLAGS = [
  '--disable-warning=ExperimentalWarning',
  '--import',
  pathToFileURL(join(ROOT, 'cli', 'ts-cache.mjs')).href,
];
const child = spawn(NODE, [...FLAGS, join(ROOT, 'cli', 'main.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${BINARIES}${delimiter}${process.env.PATH ?? ''}` },
});
// A terminal sends Ctrl-C to the child as well; a handler here keeps this process alive until the child has ended.
for (const signal of FORWARDED) {
  process.on(signal, () => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  });
}
child.on('error', (error) => {
  process.stderr.write(`goldpan: ${NODE} does not start: ${error.message}\n  Run \`npm run setup\` again.\n`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));

#!/usr/bin/env node
// Starts goldpan under the pinned Node, whatever Node the shell has.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const BINARIES = join(ROOT, 'node_modules', '.bin');
const NODE = join(BINARIES, 'node');
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];

if (!existsSync(NODE)) {
  process.stderr.write('goldpan: the dependencies are not installed.\n  Run `npm run setup` in the checkout first.\n');
  process.exit(1);
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

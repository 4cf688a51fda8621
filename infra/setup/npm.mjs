import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { run } from './command.mjs';
import { join, nodeBin, nodeHome } from './paths.mjs';

/** The npm of the set-up's own lockfile, if it is installed. */
export const npmCli = join(nodeHome, 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js');

/**
 * Runs npm with Node 22, the pinned one if it is installed. With an older Node, npm silently leaves out every optional binary whose `engines` ask for 22.
 * npm before version 11 ignores `allowScripts`, so npm never runs a lifecycle script here.
 */
export function npm(doing, args, options = {}) {
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const pinned = join(nodeBin, 'node');
  const node = existsSync(pinned) ? pinned : process.execPath;
  const cli = [npmCli, process.env.npm_execpath, ...npmOf(process.execPath)].find(
    (path) => path?.endsWith('npm-cli.js') && existsSync(path),
  );
  if (cli) return run(doing, node, [cli, ...args, ...quiet], options);
  return run(doing, 'npm', [...args, ...quiet], options);
}

/** Possible paths of the npm of a Node: beside it on Windows, in its library folder on other systems. */
function npmOf(node) {
  return ['.', '../lib'].map((folder) => join(dirname(node), folder, 'node_modules/npm/bin/npm-cli.js'));
}

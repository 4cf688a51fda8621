import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { run } from './command.mjs';
import { join, nodeBin, nodeHome } from './paths.mjs';

/** The npm that the set-up's own lockfile names, once it is there. */
export const npmCli = join(nodeHome, 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js');

/**
 * Runs npm under Node 22, the pinned one where it is there. Under an older Node npm leaves out, without a word, every optional binary whose `engines` want 22,
 * and an npm older than 11 knows no `allowScripts`: so no lifecycle script is run by npm, ever.
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

/** Where the npm of a Node can be: beside it on Windows, in its library folder elsewhere. */
function npmOf(node) {
  return ['.', '../lib'].map((folder) => join(dirname(node), folder, 'node_modules/npm/bin/npm-cli.js'));
}

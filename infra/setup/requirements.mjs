import { spawnSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { SetupError } from './errors.mjs';
import { root } from './paths.mjs';

const minPython = [3, 10];
// From this release on, Node runs TypeScript without a flag.
const oldestNode = [22, 18];
const pythons = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
const mib = 1024 * 1024;

/** goldpan's native libraries are staged for linux-x64, where its functions and its trainer run. */
export function checkPlatform(platform = process.platform, arch = process.arch) {
  if (platform === 'linux' && arch === 'x64') return;
  throw new SetupError(
    `goldpan runs on Linux x64 with glibc; this machine is ${platform} ${arch}. Use a Linux x64 machine, virtual machine, container or WSL 2. ` +
      'Deploying works here: npm run setup -- --deploy',
  );
}

/** Throws if this Node cannot run the CDK app, which is written in TypeScript. */
export function checkNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  throw new SetupError(`Deploying needs Node ${oldestNode.join('.')} or newer; this is Node ${version}.`);
}

/** Throws if the free disk space is less than the pending steps write, including space to unpack. */
export function checkDisk(steps, freeMib = free()) {
  const neededMib = steps.reduce((sum, step) => sum + step.mibOnDisk, 0);
  if (freeMib >= neededMib) return;
  throw new SetupError(
    `Setup needs about ${gib(neededMib)} GiB of disk under ${root}; ${gib(freeMib)} GiB are free. Free some space, or move the checkout to a larger disk.`,
  );
}

/** Returns the first Python that is new enough and can create virtual environments; the one that `PYTHON` names is tried first. */
export function findPython(probe = probePython, preferred = process.env.PYTHON) {
  const tried = (preferred ? [preferred, ...pythons] : pythons).map((command) => ({ command, ...probe(command) }));
  const good = tried.find((one) => one.version && isEnough(one.version) && one.hasVenv);
  if (good) return good.command;
  const lacking = tried.find((one) => one.version && isEnough(one.version));
  const version = lacking?.version.join('.');
  if (lacking) {
    throw new SetupError(
      `Python ${version} has no venv or pip module. Install it: on Debian and Ubuntu \`sudo apt-get install python${version}-venv\`, elsewhere the full Python package.`,
    );
  }
  const old = tried.find((one) => one.version);
  throw new SetupError(
    `goldpan needs Python ${minPython.join('.')} or newer for the emulator${old ? `; found ${old.version.join('.')}` : ', and none was found'}. ` +
      'Install one (on Debian and Ubuntu `sudo apt-get install python3 python3-venv`), or name it: PYTHON=/path/to/python npm run setup.',
  );
}

function probePython(command) {
  const script = 'import sys\nprint(*sys.version_info[:2])\nimport venv, ensurepip\nprint("venv")';
  const { stdout } = spawnSync(command, ['-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const [version, venv] = (stdout ?? '').trim().split('\n');
  return version ? { version: version.split(' ').map(Number), hasVenv: venv === 'venv' } : {};
}

function isEnough([major, minor]) {
  return major > minPython[0] || (major === minPython[0] && minor >= minPython[1]);
}

function free() {
  const { bavail, bsize } = statfsSync(root);
  return (bavail * bsize) / mib;
}

function gib(mibs) {
  return (mibs / 1024).toFixed(1);
}

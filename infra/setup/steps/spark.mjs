import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { run } from '../command.mjs';
import { newEnvironment } from '../environment.mjs';
import { SetupError } from '../errors.mjs';
import { join, root, work } from '../paths.mjs';

const [tools, archive] = ['spark', 'spark-archive'].map((name) =>
  join(root, 'infra/setup', `requirements-${name}.txt`),
);
const folder = join(work, 'spark');
export const sparkPython = join(folder, 'bin', 'python');
const minJava = 17;

/** Installs Spark in its own virtual environment; only on request, because nothing else in goldpan needs Java. */
export const sparkStep = {
  id: 'spark',
  title: 'Spark',
  needs: [],
  inputs: [{ file: tools }, { file: archive }],
  mibOnDisk: 800,
  done: () => existsSync(sparkPython),
  async run() {
    const java = checkJava();
    const { python, install } = await newEnvironment(folder, 'Spark');
    await install('build tools of Spark', tools);
    await install('Spark', archive, ['--no-build-isolation']);
    const version = await run('Spark version', python, ['-c', 'import pyspark; print(pyspark.__version__)']);
    return `${version.trim()} on Java ${java}`;
  },
};

/** Returns the version of Java. `probe` runs `java -version`, which prints to standard error. */
export function checkJava(probe = probeJava) {
  const version = /version "(\d+)/.exec(probe() ?? '')?.[1];
  if (version && Number(version) >= minJava) return version;
  throw new SetupError(
    `Spark needs Java ${minJava} or newer${version ? `; found ${version}` : ', and no java was found on the PATH'}. Install it (on Debian and Ubuntu ` +
      '`sudo apt-get install openjdk-17-jre-headless`) and run the command again. Nothing else of goldpan needs Java.',
  );
}

function probeJava() {
  return spawnSync('java', ['-version'], { encoding: 'utf8' }).stderr;
}

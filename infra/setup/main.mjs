import { rmSync } from 'node:fs';
import { SetupError } from './errors.mjs';
import { withLock } from './lock.mjs';
import { join, work } from './paths.mjs';
import { checkDisk, checkNode, checkPlatform } from './requirements.mjs';
import { pendingSteps, runPending } from './runner.mjs';
import { allSteps, deploySteps } from './steps/all.mjs';

const usage = `usage: npm run setup [-- options]
  --deploy   only what deploying needs (cdk synth, cdk deploy), on any system with Node 22.18 or newer
  --gpu      also fetch TensorFlow with its CUDA libraries, for training on an NVIDIA GPU
  --spark    also fetch Spark, for datasets that many machines index (needs Java 17)
  --spark-s3 also fetch what Spark needs to read S3, for npm run test:spark
  --python   also fetch the Python packages with which a test runs the examples of docs/files.md
  --force    do every step again
  --help`;

const OPTIONS = ['--deploy', '--gpu', '--spark', '--spark-s3', '--python', '--force'];

/** Runs all pending steps and sets the exit code. A known failure is printed without a stack. */
export async function main(args) {
  const unknown = args.filter((arg) => !OPTIONS.includes(arg) && arg !== '--help');
  if (unknown.length > 0 || args.includes('--help')) {
    console.error(unknown.length > 0 ? `unknown option ${unknown[0]}\n${usage}` : usage);
    process.exitCode = unknown.length > 0 ? 2 : 0;
    return;
  }
  try {
    const [deploy, gpu, spark, sparkS3, python, force] = OPTIONS.map((option) => args.includes(option));
    await setUp({ deploy, gpu, spark, sparkS3, python, force });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`\nsetup failed: ${error.message}`);
    process.exitCode = 1;
  }
}

async function setUp({ deploy, gpu, spark, sparkS3, python, force }) {
  if (deploy) checkNode();
  else checkPlatform();
  const steps = deploy ? deploySteps : allSteps({ gpu, spark, sparkS3, python });
  if (force) rmSync(join(work, 'stamps'), { recursive: true, force: true });
  if (pendingSteps(steps).length === 0) return;
  await withLock(join(work, 'setup.lock'), async () => {
    const pending = pendingSteps(steps);
    if (pending.length === 0) return;
    checkDisk(pending);
    await runPending(steps);
  });
}

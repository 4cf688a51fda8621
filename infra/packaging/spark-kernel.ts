// The archive that EMR Serverless unpacks on every machine: Node, the kernel bundled into one file, and the command that starts it.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { AssetHashType, BundlingOutput, DockerImage } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import { buildSync } from 'esbuild';
import { readText } from './read-text.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const KERNEL = 'stages/index/kernel/main.ts';
/** Node for Linux x64, from the whole set-up or from the set-up for deploying. */
const NODES = ['node_modules/node/bin/node', '.goldpan/native/node/bin/node'];
/** The name that decide.py looks for. */
const COMMAND = 'goldpan-kernel';
const SCRIPT = `#!/bin/sh
here=$(dirname "$0")
exec "$here/node" "$here/kernel.mjs" "$@"
`;
/** Spark unpacks archives with this extension. */
const ARCHIVE = 'kernel.tgz';

export function kernelArchive(scope: Construct, id: string): Asset {
  return new Asset(scope, id, {
    path: resolve(ROOT, 'stages/index/kernel'),
    assetHashType: AssetHashType.CUSTOM,
    assetHash: sourceHash(),
    bundling: {
      image: DockerImage.fromRegistry('none'),
      outputType: BundlingOutput.SINGLE_FILE,
      local: {
        tryBundle(folder) {
          buildKernelArchive(join(folder, ARCHIVE));
          return true;
        },
      },
    },
  });
}

/** Writes the archive, with the project's own version of Node. */
export function buildKernelArchive(file: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-kernel-'));
  try {
    buildSync({
      absWorkingDir: ROOT,
      entryPoints: [resolve(ROOT, KERNEL)],
      outfile: join(folder, 'kernel.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node22',
      minify: true,
      logLevel: 'error',
    });
    copyFileSync(linuxNode(), join(folder, 'node'));
    writeFileSync(join(folder, COMMAND), SCRIPT);
    execFileSync(process.execPath, [resolve(import.meta.dirname, 'pack-archive.mjs'), file, folder]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function linuxNode(): string {
  const found = NODES.map((path) => resolve(ROOT, path)).find((path) => existsSync(path));
  if (found === undefined) throw new Error('Node for Linux x64 is missing. Run: npm run setup -- --deploy');
  return found;
}

function sourceHash(): string {
  const hash = createHash('sha256');
  const sources = ['stages/index/**/*.ts', 'core/**/*.ts'].flatMap((pattern) => globSync(pattern, { cwd: ROOT }));
  for (const file of [
    ...sources.map((path) => path.replaceAll(sep, '/')).sort(),
    'package-lock.json',
    'infra/packaging/spark-kernel.ts',
    'infra/packaging/pack-archive.mjs',
  ])
    hash.update(`${file}\0`).update(readText(resolve(ROOT, file)));
  return hash.digest('hex');
}

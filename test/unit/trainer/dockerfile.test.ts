// No Docker engine is at hand in tests; what can be read out of the file is held to what the rest of the project says.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(resolve(ROOT, file), 'utf8');
const dockerfile = read('containers/trainer/Dockerfile');
const stages = [...dockerfile.matchAll(/^FROM (\S+) AS (\S+)$/gm)].map(([, from, name]) => ({ from, name }));

test('the image trains on the libraries that set-up installs', () => {
  expect(read('containers/trainer/requirements-gpu.txt')).toBe(read('infra/setup/requirements-gpu.txt'));
  const version = /tensorflowVersion = '([^']+)'/.exec(read('infra/setup/steps/tensorflow.mjs'))?.[1];
  expect(read('containers/trainer/requirements-cpu.txt').trim()).toBe(`tensorflow-cpu==${version}`);
  const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> };
  for (const [, name] of dockerfile.matchAll(/\$\(version ([^)]+)\)/g))
    expect(devDependencies).toHaveProperty([name ?? '']);
});

test('there is a target for CPU and one for GPU, both on the same trainer, which is not root', () => {
  expect(stages.filter(({ from }) => from === 'trainer').map(({ name }) => name)).toEqual(['cpu', 'gpu']);
  expect(dockerfile).toMatch(/^USER trainer$/m);
  expect(dockerfile).not.toMatch(/^USER root/m);
  for (const { from } of stages)
    expect(from === 'debian:bookworm-slim' || stages.some(({ name }) => name === from)).toBe(true);
});

test('it copies nothing that its context does not hold', () => {
  const allowed = read('containers/trainer/Dockerfile.dockerignore')
    .split('\n')
    .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources]) =>
    (sources ?? '').split(' '),
  );
  expect(copied.length).toBeGreaterThan(4);
  expect(copied.filter((source) => !allowed.includes(source.split('/')[0] as string))).toEqual([]);
});

test('it names every folder of CUDA libraries that its requirements bring', () => {
  const folders = [...read('containers/trainer/requirements-gpu.txt').matchAll(/^nvidia-(.+)-cu12==/gm)]
    .map(([, name]) => (name ?? '').replaceAll('-', '_'))
    .filter((name) => name !== 'cuda_nvcc');
  expect(folders.length).toBeGreaterThan(8);
  expect(folders.filter((name) => !dockerfile.includes(`/opt/nvidia/${name}/lib`))).toEqual([]);
});

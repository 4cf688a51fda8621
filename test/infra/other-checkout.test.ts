// A template and the packages of functions are the same wherever the checkout lies, and whatever system it was made on.
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256 } from '#core/base/hash.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PLATFORM = join(ROOT, 'test/fixtures/other-platform.mjs');
const ESBUILD = globSync('node_modules/@esbuild/*/bin/esbuild', { cwd: ROOT }).map((file) => join(ROOT, file))[0];
const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8'));
const COPIED = ['core', 'stages', 'functions', 'containers', 'infra', 'package.json', 'package-lock.json', 'cdk.json'];
/** Every way to carry code: a process of its own, modules apart, a native library and a pretrained network. */
const PACKAGES = `
  packageFunction('clean-audio', { children: ['decode-process.ts'], apart: ['@libav.js/variant-fat/dist/libav-4.10.6.1.1-fat.wasm.js'] }, folder + '/a');
  packageFunction('promote', { pretrained: ['lite0-stride16.onnx'] }, folder + '/b');`;

type Made = { readonly template: string; readonly packages: Record<string, string> };

let folder = '';
let here: Made;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'goldpan-checkouts-'));
  here = make(ROOT, 'here', {});
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a template of all functions names their packages, and packages hold code', () => {
  expect(here.template.match(/"S3Key": "[0-9a-f]{64}\.zip"/g)?.length).toBeGreaterThanOrEqual(15);
  expect(Object.keys(here.packages)).toContain('a/decode-process.mjs');
});

test('a checkout at a path with a space, made on macOS, gives the same', () => {
  expect(
    make(
      copy('my gold pan', (text) => text),
      'darwin',
      { SAID_PLATFORM: 'darwin', SAID_ARCH: 'arm64' },
    ),
  ).toEqual(here);
});

test('a checkout with line ends of Windows gives the same', () => {
  const checkout = copy('C gold', (text) => text.replaceAll('\n', '\r\n'));
  expect(readFileSync(join(checkout, 'core/base/hash.ts'), 'utf8')).toContain('\r\n');
  expect(make(checkout, 'win32', { SAID_PLATFORM: 'win32', SAID_ARCH: 'x64' })).toEqual(here);
});

test('git makes line ends of Linux where it is told to make those of Windows', () => {
  const checkout = join(folder, 'cloned');
  const git = (...args: string[]) =>
    execFileSync(
      'git',
      ['-c', 'core.autocrlf=true', '-c', 'core.eol=crlf', '-c', 'user.name=a', '-c', 'user.email=a@b', ...args],
      {
        cwd: checkout,
        stdio: 'pipe',
      },
    );
  mkdirSync(checkout);
  for (const file of ['.gitattributes', 'package.json']) cpSync(join(ROOT, file), join(checkout, file));
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message', 'all');
  rmSync(join(checkout, 'package.json'));
  git('checkout', '--', '.');
  expect(readFileSync(join(checkout, 'package.json'), 'utf8')).toBe(readFileSync(join(ROOT, 'package.json'), 'utf8'));
});

/** A second checkout, with the packages of this one. */
function copy(name: string, write: (text: string) => string): string {
  const checkout = join(folder, name);
  for (const path of COPIED) {
    cpSync(join(ROOT, path), join(checkout, path), {
      recursive: true,
      filter: (source) => !['node_modules', '__pycache__'].includes(basename(source)),
    });
  }
  for (const file of globSync('**/*.{ts,mjs,py,sh,json,txt}', { cwd: checkout })) {
    const path = join(checkout, file);
    writeFileSync(path, write(readFileSync(path, 'utf8')));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'));
  mkdirSync(join(checkout, '.goldpan'));
  symlinkSync(join(ROOT, '.goldpan/native'), join(checkout, '.goldpan/native'));
  return checkout;
}

/** What a process in the checkout makes, said to run on another system. */
function make(checkout: string, name: string, said: Record<string, string>): Made {
  const out = join(folder, `made by ${name}`);
  const program = `
    import { App } from 'aws-cdk-lib';
    import { optionsOf } from ${JSON.stringify(join(checkout, 'infra/options.ts'))};
    import { packageFunction } from ${JSON.stringify(join(checkout, 'infra/packaging/function-code.ts'))};
    const folder = ${JSON.stringify(join(out, 'packages'))};
    ${PACKAGES}
    const { GoldpanStack } = await import(${JSON.stringify(join(checkout, 'infra/stack.ts'))});
    const app = new App();
    new GoldpanStack(app, 'goldpan', optionsOf(app.node));
    app.synth();`;
  const preload = Object.keys(said).length > 0 ? ['--import', PLATFORM] : [];
  mkdirSync(out);
  execFileSync(process.execPath, [...preload, '--input-type=module', '--eval', program], {
    cwd: checkout,
    env: {
      ...process.env,
      ...said,
      // The program of this system, whatever system is said.
      ESBUILD_BINARY_PATH: ESBUILD,
      CDK_VALIDATION: 'false',
      CDK_OUTDIR: join(out, 'cdk.out'),
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, 'aws:cdk:bundling-stacks': [] }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const packages = readdirSync(join(out, 'packages'), { recursive: true, encoding: 'utf8' })
    .filter((file) => statSync(join(out, 'packages', file)).isFile())
    .sort();
  return {
    template: readFileSync(join(out, 'cdk.out/goldpan.template.json'), 'utf8'),
    packages: Object.fromEntries(packages.map((file) => [file, sha256(readFileSync(join(out, 'packages', file)))])),
  };
}

// The package of npm: every command against a deployed stack starts from it, without a checkout and without a native library.
import { execFile, spawnSync } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMMAND_NAMES } from '../../../cli/commands/catalogue.ts';
import { fillPackage } from '../../../infra/release/package.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const PLATFORM = join(ROOT, 'test/fixtures/other-platform.mjs');

let folder = '';
let installed = '';
let manifest: { dependencies: Record<string, string>; optionalDependencies: Record<string, string> };
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'goldpan-package-'));
  installed = join(folder, 'node_modules/goldpan');
  await fillPackage(installed);
  manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  // The packages that it asks for, beside it, and none of those for other systems or with native parts.
  for (const name of Object.keys(manifest.dependencies)) {
    mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function goldpan(platform: string, ...words: string[]): Promise<{ stdout: string; stderr: string }> {
  const main = [
    '--disable-warning=ExperimentalWarning',
    ...['--import', PLATFORM, '--import', pathToFileURL(join(installed, 'cli/ts-cache.mjs')).href],
    join(installed, 'cli/main.ts'),
  ];
  const env = { ...process.env, AWS_ENDPOINT_URL: 'http://127.0.0.1:9', SAID_PLATFORM: platform };
  return promisify(execFile)(process.execPath, [...main, ...words], { env, cwd: folder }).catch((error) => error);
}

test('it holds sources and what the commands read, and neither tests nor demo nor infrastructure', () => {
  const files = globSync('**/*', { cwd: installed });
  expect(files).toEqual(expect.arrayContaining(['cli/bin.mjs', 'LICENSE', 'NOTICE', 'docs/dataset.schema.json']));
  expect(files.filter((file) => /\.test\.ts$|^(infra|test|stages|containers)|demo/.test(file))).toEqual([]);
});

test('native readers are optional, and TensorFlow is not asked for', () => {
  expect(Object.keys(manifest.optionalDependencies).sort()).toEqual(['@duckdb/node-api', 'onnxruntime-node', 'sharp']);
  expect(Object.keys(manifest.dependencies)).not.toContain('@tensorflow/tfjs-node');
});

test('the launcher starts it where no packages lie inside it', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(installed, 'cli/bin.mjs'), '--version'], {
    cwd: folder,
  });
  expect(existsSync(join(installed, 'node_modules'))).toBe(false);
  expect(stdout.trim()).toBe(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version);
});

test.each(['darwin', 'win32'])('on %s all commands load, and one reaches for its deployment', async (platform) => {
  const { stdout } = await goldpan(platform, 'completion', 'bash');
  for (const name of COMMAND_NAMES) expect(stdout).toContain(name);
  expect((await goldpan(platform, 'put', join(installed, 'LICENSE'), '-d', 'texts')).stderr).toContain(
    'Nothing answers at http://127.0.0.1:9',
  );
});

test.each(['darwin', 'win32'])(
  'on %s the library is imported by its name, and reaches for its deployment',
  async (platform) => {
    const program = `import { Goldpan } from 'goldpan';
    const goldpan = await Goldpan.connect({ endpoint: 'http://127.0.0.1:9' });
    await goldpan.status('birds');`;
    const env = { ...process.env, SAID_PLATFORM: platform };
    const words = ['--import', PLATFORM, '--input-type=module', '--eval', program];
    const { stderr } = await promisify(execFile)(process.execPath, words, { env, cwd: folder }).catch((error) => error);
    expect(stderr).toContain('ClientFailure: Nothing answers at http://127.0.0.1:9 (ECONNREFUSED).');
  },
);

test('the examples of docs/client.md are right by the types of the package, and a wrong one is not', () => {
  mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'));
  symlinkSync(join(ROOT, 'node_modules/undici-types'), join(folder, 'node_modules/undici-types'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  const page = readFileSync(join(ROOT, 'docs/client.md'), 'utf8');
  const examples = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
  const wrong = "import { Goldpan } from 'goldpan';\n(await Goldpan.connect()).sample('a', { n: '3' });";
  for (const [place, code] of [...examples, wrong].entries()) writeFileSync(join(folder, `${place}.ts`), code);
  const compilerOptions = { strict: true, module: 'nodenext', target: 'es2022', noEmit: true, skipLibCheck: true };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  const tsc = join(ROOT, 'node_modules/typescript7/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', '.'], { cwd: folder, encoding: 'utf8' });
  expect(stdout.trim().split('\n')).toEqual([
    "10.ts(2,41): error TS2322: Type 'string' is not assignable to type 'number'.",
  ]);
});

test('a command that needs a checkout says so', async () => {
  expect((await goldpan('linux', 'local', 'up')).stderr).toContain('This command needs a checkout of goldpan');
});

test('a worker without a trainer says at once what to do, before it asks for a deployment', async () => {
  const { stderr } = await goldpan('linux', 'worker');
  expect(stderr).toContain('contains no trainer');
  expect(stderr).toContain('goldpan worker --trainer ./train.sh');
  expect((await goldpan('linux', 'worker', '--trainer', './train.sh')).stderr).toContain('Nothing answers');
});

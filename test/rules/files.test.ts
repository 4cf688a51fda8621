// One sitting a file, no grab-bags, no reading of the environment or the clock where data should come in.
import { globSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const CEILING_LINES = 300;
const FILES = globSync('{core,stages,functions,containers,client,infra,cli,bench,test}/**/*.{ts,mjs}', {
  cwd: ROOT,
}).filter((file) => !file.includes('node_modules'));
const PRODUCT = FILES.filter((file) => !/^(test|bench)\//.test(file));
const read = (file: string) => readFileSync(resolve(ROOT, file), 'utf8');

test('there are files to hold to the rules', () => expect(PRODUCT.length).toBeGreaterThan(40));

test.each(FILES)('%s reads in one sitting', (file) =>
  expect(read(file).split('\n').length).toBeLessThanOrEqual(CEILING_LINES),
);

test('no file is a grab-bag', () => {
  expect(FILES.filter((file) => /^(utils?|helpers?|common|misc|shared|lib)\.(ts|mjs)$/.test(basename(file)))).toEqual(
    [],
  );
});

test('core reads no clock, no environment and prints nothing', () => {
  const core = FILES.filter((file) => file.startsWith('core/'));
  const allowed = ({ file, line }: { file: string; line: string }) =>
    (file === 'core/store/memory.ts' && line.includes('new Date(0)')) || isTelemetrySwitch(file, line);
  const found = core.flatMap((file) =>
    read(file)
      .split('\n')
      .filter((line) =>
        /\bDate\.now\(|\bnew Date\(\)|process\.env|console\.|Math\.random\(|performance\.now/.test(line),
      )
      .map((line) => ({ file, line })),
  );
  expect(found.filter((hit) => !allowed(hit))).toEqual([]);
});

/** The one write: a library that core loads reads it. */
function isTelemetrySwitch(file: string, line: string): boolean {
  return file === 'core/model/onnx-runtime.ts' && line === "process.env.ORT_DISABLE_TELEMETRY = '1';";
}

test('the environment is read in handlers, main files, the entry of the library and the command line only', () => {
  const allowed =
    /^(cli\/|client\/goldpan\.ts|infra\/|functions\/[^/]+\/handler\.ts|functions\/(environment|middleware)\.ts|containers\/trainer\/(main|engine-process|engine\/environment)\.ts|containers\/indexer\/main\.ts)/;
  const reads = (file: string) =>
    read(file)
      .split('\n')
      .some((line) => line.includes('process.env') && !isTelemetrySwitch(file, line));
  expect(PRODUCT.filter((file) => !allowed.test(file) && reads(file))).toEqual([]);
});

test('the object of the environment is never replaced: what is written to another one does not reach native libraries', () => {
  const replaces = /\bprocess\.env = /;
  expect(FILES.filter((file) => file !== 'test/rules/files.test.ts' && replaces.test(read(file)))).toEqual([]);
});

test('nothing is left undone or switched off', () => {
  const marks =
    /\b(TODO|FIXME|XXX|HACK)\b|@ts-(ignore|nocheck)|\bas any\b|: any\b|\b(test|it|describe)\.(only|skip|todo)\(/;
  expect(FILES.filter((file) => file !== 'test/rules/files.test.ts' && marks.test(read(file)))).toEqual([]);
});

test('zod is imported whole, which bundles a fifth of what the named import does', () => {
  expect(FILES.filter((file) => /import \{[^}]*\bz\b[^}]*\} from 'zod'/.test(read(file)))).toEqual([]);
});

test('object keys are built in core/keys.ts alone', () => {
  const prefixes =
    /['"`](config|schemas|uploads|refused|parts|quarantine|verdicts|rollups|snapshots|runs|models|registry|exports|ledger|waivers|control)\/\$\{/;
  const allowed = new Set(['core/store/keys.ts']);
  expect(PRODUCT.filter((file) => !allowed.has(file) && prefixes.test(read(file)))).toEqual([]);
});

test('no test has a time limit of its own: the one of vitest.config.ts ends only what hangs', () => {
  const own = /^\s*\}, \d[\d_]{4,}\);$|\{\s*timeout: [\d_]+,?\s*\}, async/m;
  const tests = FILES.filter((file) => file.startsWith('test/') && file !== 'test/rules/files.test.ts');
  expect(tests.filter((file) => own.test(read(file)))).toEqual([]);
});

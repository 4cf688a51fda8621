// Compares the documents with the code: a command, file, setting or number that has changed fails here.
import { globSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { expect, test } from 'vitest';
import type * as z from 'zod';
import { KINDS } from '#core/base/names.ts';
import { configIdOf, EffectiveConfig, effectiveConfig } from '#core/kinds/config.ts';
import { SplitConfig } from '#core/kinds/define/dataset-sections.ts';
import { GateConfig } from '#core/kinds/gate-config.ts';
import type { ImageDataset } from '#core/kinds/image/definition.ts';
import { ISSUES } from '#core/kinds/issues.ts';
import { TrainConfig } from '#core/kinds/train-config.ts';
import { DIMENSION_WEIGHTS, WEIGHTS } from '#core/snapshot/quality/scores.ts';
import { OPERATIONS } from '#stages/sample/operations/operations.ts';
import { COMMAND_NAMES } from '../../cli/commands/catalogue.ts';
import { datasetSchema } from '../fixtures/dataset-schema.ts';
import { formatsPage } from '../fixtures/formats-page.ts';
import { httpApiPage } from '../fixtures/http-api-page.ts';
import { rulesPage } from '../fixtures/rules-page.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(resolve(ROOT, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};
const documents = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md', { cwd: ROOT })];

test.each(documents)('every npm command in %s exists', (file) => {
  const named = [...read(file).matchAll(/\bnpm (?:run (?<script>[a-z:]+)|test\b)/g)].map(
    (match) => match.groups?.script ?? 'test',
  );
  expect(named.filter((script) => !(script in manifest.scripts))).toEqual([]);
});

test.each(documents)('%s has no marks of an unfinished merge', (file) =>
  expect(
    read(file)
      .split('\n')
      .filter((line) => /^(<{7}|={7}|>{7}|\|{7})( |$)/.test(line)),
  ).toEqual([]),
);

test.each(documents)('every link of %s leads somewhere', (file) => {
  const links = [...read(file).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map((match) => match[1] as string);
  const missing = links.filter((link) => globSync(resolve(ROOT, dirname(file), link)).length === 0);
  expect(missing).toEqual([]);
});

test.each(documents)('every file path in %s exists', (file) => {
  const named = [
    ...read(file).matchAll(
      /`((?:core|stages|functions|containers|client|cli|infra|test|bench|docs|examples)\/[^`\s]*)`/g,
    ),
  ]
    .map((match) => match[1] as string)
    .filter((path) => !/[<>{}]/.test(path));
  expect(named.filter((path) => globSync(resolve(ROOT, path)).length === 0)).toEqual([]);
});

test('the README names the two commands of a fresh machine', () => {
  expect(read('README.md')).toContain('npm run demo');
  expect(read('README.md')).toContain('npm test');
});

test('docs/scale.md has the measured numbers of index', () => {
  const { rows } = JSON.parse(read('bench/results/index-scale.json')) as { rows: { metric: string; ours: number }[] };
  const shown = (value: number) => (value >= 10 ? Math.round(value).toLocaleString('en') : value.toFixed(1));
  const measured = Map.groupBy(rows, ({ metric }) => metric.slice(0, metric.lastIndexOf(',')));
  expect(measured.size).toBeGreaterThan(5);
  for (const [what, [time, memory, spilled]] of measured) {
    const [kind, items] = [what.split(', ')[0], Number(/\d+/.exec(what)?.[0]).toLocaleString('en')];
    const cells = [
      `${shown(time?.ours ?? 0)} s`,
      `${shown(memory?.ours ?? 0)} MiB`,
      `${shown(spilled?.ours ?? 0)} MiB`,
    ];
    expect(read('docs/scale.md')).toContain(`| ${kind}, ${items} | ${cells.join(' | ')} |`);
  }
});

test('docs/scale.md has the measured numbers of a table', () => {
  const { rows } = JSON.parse(read('bench/results/clean-table.json')) as {
    rows: { metric: string; ours: number; peer: number; peerName: string; ratio: number }[];
  };
  const of = (metric: string, peer: string) =>
    rows.find((row) => row.metric.startsWith(metric) && row.peerName.startsWith(peer));
  const shown = (value = 0) => Math.round(value).toLocaleString('en');
  const peers = ['pandera', 'Great Expectations'];
  for (const [metric, title] of [
    ['by the processor', 'rows per CPU second'],
    ['by the clock', 'rows per second of wall time'],
    ['memory of all processes', 'peak memory of all processes, MiB'],
    ['rows let through', 'rows accepted'],
  ] as const) {
    const found = peers.map((peer) => of(metric, peer));
    const cells = [found[0]?.ours, ...found.map((row) => row?.peer)].map((value) => shown(value));
    expect(read('docs/scale.md')).toContain(`| ${title} | ${cells.join(' | ')} |`);
  }
  const [pandera, other] = peers.map((peer) => of('by the processor', peer)?.ratio.toFixed(1));
  expect(read('docs/scale.md')).toContain(
    `${other} times the rows of Great Expectations and ${pandera} times those of pandera`,
  );
});

test('docs/pipeline.md has every setting of dataset.yaml with its default', () => {
  const text = read('docs/pipeline.md');
  const ofKinds = EffectiveConfig.options.map(({ shape }) => [
    shape.kind.value,
    (shape as unknown as Record<string, z.ZodObject>)[shape.kind.value]?.shape,
  ]);
  const settings: Record<string, Record<string, z.ZodType>> = {
    gate: GateConfig.shape,
    train: TrainConfig.shape,
    ...Object.fromEntries(ofKinds),
  };
  expect(Object.keys(settings).sort()).toEqual(['gate', 'train', ...KINDS].sort());
  const defaults = Object.entries(settings).flatMap(([section, shape]) =>
    Object.entries(shape).map(([key, setting]) => [`${section}.${key}`, setting.safeParse(undefined).data] as const),
  );
  const shares = Object.entries(SplitConfig.parse({})).map(([key, share]) => [`split.${key}`, share] as const);
  for (const [setting, value] of [...shares, ...defaults]) {
    const row = text.split('\n').find((line) => line.startsWith('|') && line.split('|')[1]?.includes(`\`${setting}\``));
    expect(row, setting).toBeDefined();
    if (value !== undefined) expect(row?.split('|')[2], setting).toContain(String(value));
  }
});

test('a setting either decides the configId or is listed as one that does not', () => {
  const config = effectiveConfig(undefined, {
    kind: 'image',
    image: { width: 8, height: 8, channels: 1, fit: 'cover' },
    labels: 'none',
  }) as ImageDataset;
  const changed: Record<keyof ImageDataset, unknown> = {
    kind: 'other',
    image: { ...config.image, width: 12 },
    labels: 'folder',
    license: 'CC0-1.0',
    rules: {},
    split: { train: 0.6, validation: 0.2, test: 0.2 },
    gate: { ...config.gate, minItems: 32 },
    train: { ...config.train, epochs: 1 },
  };
  const decides = Object.entries(changed).filter(
    ([key, value]) => configIdOf({ ...config, [key]: value } as ImageDataset) !== configIdOf(config),
  );
  expect(decides.map(([key]) => key)).toEqual(['kind', 'image', 'labels', 'license', 'rules']);
});

test('docs/rules.md has every rule with its actions and settings, and every issue', async () => {
  await expect(rulesPage()).toMatchFileSnapshot(resolve(ROOT, 'docs/rules.md'));
});

test('docs/http-api.md has every operation of the endpoint with the members of its request, and every problem', async () => {
  await expect(httpApiPage()).toMatchFileSnapshot(resolve(ROOT, 'docs/http-api.md'));
});

test('every operation that asks a model has a command of its name', () => {
  const asking = OPERATIONS.filter(({ kinds }) => kinds !== undefined).map(({ name }) => name);
  expect(asking.filter((name) => !COMMAND_NAMES.includes(name))).toEqual([]);
});

test('every member of a request is described', () => {
  const undescribed = [...httpApiPage().matchAll(/^\| (?<member>`[^|]*`) \| [^|]* \| [^|]* \| {2}\|$/gm)];
  expect(undescribed.map((match) => match.groups?.member)).toEqual([]);
});

test('docs/formats.md has every format of the register', async () => {
  await expect(formatsPage()).toMatchFileSnapshot(resolve(ROOT, 'docs/formats.md'));
});

test('every issue has a sentence for people and says what to do', () => {
  for (const [code, { sentence, remedy }] of Object.entries(ISSUES)) {
    expect(sentence, code).toMatch(/^([A-Z]|dataset\.yaml ).*\.$/);
    expect(remedy, code).toMatch(/^[A-Z].*\.$/);
  }
});

test('every dependency is pinned exactly', () => {
  const loose = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
    ([, version]) => !/^(npm:[@a-z0-9/-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
  );
  expect(loose).toEqual([]);
});

const FINDINGS: Readonly<Record<string, readonly (keyof typeof WEIGHTS)[]>> = {
  rejected: ['rejected'],
  flagged: ['flagged'],
  fixed: ['mended'],
  'duplicate, near duplicate': ['exactDuplicates', 'nearDuplicates'],
  'conflicting labels': ['conflicting'],
  outlier: ['outliers'],
  'no label': ['unlabelled'],
  'missing cells': ['missingCells'],
  outdated: ['stale'],
};

test('docs/quality.md has the weights that scores are made with', () => {
  const page = read('docs/quality.md');
  const weights = (names: readonly string[]) =>
    names.map((name) => Number(new RegExp(`^\\| ${name} \\| (?<weight>[\\d.]+) \\|`, 'm').exec(page)?.groups?.weight));
  expect(weights(Object.keys(DIMENSION_WEIGHTS))).toEqual(Object.values(DIMENSION_WEIGHTS));
  expect(Object.values(FINDINGS).flat().sort()).toEqual(Object.keys(WEIGHTS).sort());
  const documented = weights(Object.keys(FINDINGS));
  for (const [i, findings] of Object.values(FINDINGS).entries())
    for (const finding of findings) expect([finding, documented[i]]).toEqual([finding, WEIGHTS[finding]]);
});

test('docs/dataset.schema.json accepts what dataset.yaml may say, and no other key', async () => {
  await expect(datasetSchema()).toMatchFileSnapshot(resolve(ROOT, 'docs/dataset.schema.json'));
});

// YAML that would abort or hold up its parser is refused by a scan, in a child that may take one second of CPU time.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { beyondYamlLimits } from '#core/base/yaml-limits.ts';
import { parseDatasetFile } from '#core/kinds/dataset-file.ts';
import { parseSchemaYaml } from '#core/kinds/table/schema/schema-yaml.ts';

const HOSTILE: Readonly<Record<string, string>> = {
  '1,200 brackets': '['.repeat(1_200),
  '50,000 brackets': '['.repeat(50_000),
  '30,000 braces': '{a: '.repeat(15_000),
  '30,000 dashes': '- '.repeat(30_000),
  '30,000 question marks': '? '.repeat(30_000),
  'brackets behind closing ones in strings': '["]", '.repeat(8_000),
  'brackets behind a quote in a block of text': `a: |\n  "\nb: ${'["\n ]", '.repeat(4_000)}`,
  'a staircase': Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
  '10,000 keys': Array.from({ length: 10_000 }, (_, i) => `k${i}: 1`).join('\n'),
  '10,000 keys on a line': `{${Array.from({ length: 10_000 }, (_, i) => `k${i}`).join(', ')}}`,
  '1 MiB': '# x\n'.repeat(2 ** 18),
};

test.each(Object.entries(HOSTILE))('%s are refused with their line, before any parser sees them', (_, text) => {
  expect(beyondYamlLimits(text)?.line).toBeGreaterThanOrEqual(1);
  const dataset = parseDatasetFile(text);
  expect(dataset).toMatchObject({ ok: false, issues: [{ code: 'config.syntax' }] });
  expect(parseSchemaYaml(text)).toMatchObject({ ok: false, issues: [{ code: 'table.schema' }] });
});

test('parsed twice in a process of its own, all of them together end it with no abort and take little CPU time', () => {
  const file = resolve(import.meta.dirname, '../../../../core/kinds/dataset-file.ts');
  const code = `
    const { parseDatasetFile } = await import(${JSON.stringify(file)});
    const texts = ${JSON.stringify(Object.values(HOSTILE).filter((text) => text.length < 100_000))};
    const before = process.cpuUsage();
    for (const text of texts) for (const _ of [1, 2]) if (parseDatasetFile(text).ok) throw new Error('accepted');
    const { user, system } = process.cpuUsage(before);
    console.log((user + system) / 1e6 / (2 * texts.length));`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-'], {
    input: code,
    encoding: 'utf8',
    maxBuffer: 2 ** 24,
  });
  expect(`${status} ${stderr}`).toMatch(/^0 /);
  expect(Number(stdout)).toBeLessThan(1);
});

test('what people write is far within the limits', () => {
  const rules = Array.from({ length: 200 }, (_, i) => `  - { name: "r [${i}]", check: 'a["x"] > ${i}' }`).join('\n');
  const columns = Array.from({ length: 300 }, (_, i) => `  "price [EUR] ${i}":\n    type: number\n    values: [a, b]`);
  expect(beyondYamlLimits(`version: 1\ncolumns:\n${columns.join('\n')}\nrules:\n${rules}\n`)).toBeUndefined();
  expect(beyondYamlLimits('kind: image\nimage: { width: 28, height: 28 }\nlabels: none\n')).toBeUndefined();
  expect(beyondYamlLimits(`note: |\n${'      [[[[[[[[[[[[[[[[[[[[[[[[[[\n'.repeat(50)}`)).toBeUndefined();
});

import { expect, test } from 'vitest';
import { ConfigOutput, ConfigSetOutput } from '#client/datasets/config/output.ts';
import { setConfig } from '#client/datasets/config/set-config.ts';
import { showConfig } from '#client/datasets/config/show-config.ts';
import { put } from '#client/upload/put.ts';
import { printConfig, printConfigSet } from '../../../cli/print/data/config.ts';
import { folderOf } from './folder.ts';
import { type MemoryDeployment, memoryDeployment, PLAIN } from './memory-deployment.ts';

const DATASET = 'names';
const FILE = '# first names\nkind: text\ntext: { unit: line } # one a line\nrules: { text.too-short: { min: 3 } }\n';
const OPTIONS = { dryRun: false, wait: true, timeoutMs: 60_000 };

async function withNames(): Promise<MemoryDeployment> {
  const deployment = memoryDeployment();
  const folder = folderOf({ 'dataset.yaml': FILE, 'names.txt': 'Emma\nAl\nOlivia\nCharlotte-Amalie\n' });
  await put(deployment.context, [folder], { dataset: DATASET, show: 5, timeoutMs: 60_000 });
  return deployment;
}

const textOf = async ({ drop }: MemoryDeployment) =>
  new TextDecoder().decode((await drop.get(`${DATASET}/dataset.yaml`))?.body);

test('every setting is shown with its value and its source, rules at their default only with --all', async () => {
  const output = ConfigOutput.parse(await showConfig((await withNames()).context, DATASET));
  const named = (name: string) => output.settings.find((setting) => setting.name === name);
  expect(named('text.unit')).toEqual({ name: 'text.unit', value: 'line', source: 'file' });
  expect(named('rules.text.too-short.min')).toMatchObject({ value: 3, source: 'file' });
  expect(named('license')).toMatchObject({ value: null, source: 'default' });
  const few = printConfig(output, PLAIN, false);
  expect(few).toMatch(/text\.unit +line +file/);
  expect(few).toMatch(/and \d+ settings of rules with the default value: --all/);
  expect(printConfig(output, PLAIN, true)).toMatch(/rules\.text\.repetition\.action +\S+ +default/);
});

test('a change is written into the file beside its comments, and the dataset is cleaned again', async () => {
  const deployment = await withNames();
  const output = ConfigSetOutput.parse(
    await setConfig(deployment.context, DATASET, ['text.maxLength=10', 'rules.text.too-short.min=2'], OPTIONS),
  );
  expect(output).toMatchObject({ changed: true, recleans: true, uploads: 1 });
  expect(output.changes).toContainEqual({ name: 'rules.text.too-short.min', before: 3, after: 2 });
  expect(await textOf(deployment)).toMatch(/^# first names\nkind: text\ntext: .*maxLength: 10.* # one a line\n/);
  expect(
    (
      await put(deployment.context, [folderOf({ 'more.txt': 'Mia\n' }, 'more')], {
        dataset: DATASET,
        show: 5,
        timeoutMs: 60_000,
      })
    ).items,
  ).toMatchObject({ accepted: 4, rejected: 1 });
});

test('a dry run and a change of nothing write nothing', async () => {
  const deployment = await withNames();
  const dry = await setConfig(deployment.context, DATASET, ['gate.minItems=50'], { ...OPTIONS, dryRun: true });
  expect(dry).toMatchObject({ changed: false, recleans: false });
  expect(printConfigSet(dry, PLAIN)).toMatch(/would change:\n {2}gate\.minItems: \d+ -> 50\nNo item depends on it/);
  const same = await setConfig(deployment.context, DATASET, ['text.unit=line'], OPTIONS);
  expect(printConfigSet(same, PLAIN)).toBe('Nothing differs from the configuration in force.');
  expect(await textOf(deployment)).toBe(FILE);
});

test('what is not a setting or not allowed is refused, with a suggestion, and nothing is written', async () => {
  const deployment = await withNames();
  const set = (...pairs: string[]) => setConfig(deployment.context, DATASET, pairs, OPTIONS);
  await expect(set('rules.text.to-short.min=2')).rejects.toThrow(/Did you mean text\.too-short\?/);
  await expect(set('text.unit=word')).rejects.toThrow(/text\.unit: .*given: "word"; allowed: one of /);
  await expect(set('gate.minItems=5')).rejects.toThrow(/allowed: at least 32\)/);
  await expect(set('text.unit')).rejects.toMatchObject({ exitCode: 2 });
  await expect(setConfig(deployment.context, 'name', ['text.unit=line'], OPTIONS)).rejects.toMatchObject({
    next: 'Did you mean names?',
  });
  expect(await textOf(deployment)).toBe(FILE);
});

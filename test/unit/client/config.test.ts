import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkConfig } from '#client/datasets/config/check-config.ts';
import { editConfig } from '#client/datasets/config/edit-config.ts';
import { ConfigCheckOutput, ConfigOutput, ConfigSetOutput } from '#client/datasets/config/output.ts';
import { setConfig } from '#client/datasets/config/set-config.ts';
import { showConfig } from '#client/datasets/config/show-config.ts';
import { put } from '#client/upload/put.ts';
import { printConfig, printConfigCheck, printConfigEdited, printConfigSet } from '../../../cli/print/data/config.ts';
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
  const again = await setConfig(deployment.context, DATASET, ['text.maxLength=10'], { ...OPTIONS, dryRun: true });
  expect(again.recleanSeconds).toBeGreaterThanOrEqual(0);
  expect(printConfigSet(again, PLAIN)).toMatch(/\n1 upload would be cleaned again, which took \d.* before\.$/);
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

test('a dry run says on how many stored items a changed rule would act, before anything is cleaned again', async () => {
  const deployment = await withNames();
  const stricter = await setConfig(deployment.context, DATASET, ['rules.text.too-short.min=6'], {
    ...OPTIONS,
    dryRun: true,
  });
  // Emma has 4 characters, Olivia 6; Al was rejected for having 2.
  expect(stricter.effects).toEqual([{ rule: 'text.too-short', action: 'reject', items: 1, rejectedBefore: 1 }]);
  expect(printConfigSet(stricter, PLAIN)).toContain('text.too-short: 1 of the accepted items would be rejected');
  const other = await setConfig(deployment.context, DATASET, ['rules.text.repetition.max=0.2'], {
    ...OPTIONS,
    dryRun: true,
  });
  expect(other.effects).toMatchObject([{ rule: 'text.repetition', items: null }]);
});

test('a file to edit has the comments of the dropped one and names its schema; a check of it changes nothing', async () => {
  const deployment = await withNames();
  const file = join(folderOf({ 'notes.md': '' }), 'edited.yaml');
  const edited = await editConfig(deployment.context, DATASET, { out: file, force: false });
  expect(printConfigEdited(edited)).toContain(`goldpan config check ${DATASET} ${file}`);
  expect(readFileSync(file, 'utf8')).toMatch(
    /^# yaml-language-server: \$schema=file:.*dataset\.schema\.json\n# first names\n/,
  );
  await expect(editConfig(deployment.context, DATASET, { out: file, force: false })).rejects.toThrow(/exists already/);
  const same = ConfigCheckOutput.parse(await checkConfig(deployment.context, DATASET, file));
  expect(printConfigCheck(same, PLAIN)).toBe(`${file} is valid. Nothing differs from the configuration in force.`);
  const looser = join(folderOf({ 'looser.yaml': FILE.replace('min: 3', 'min: 1') }), 'looser.yaml');
  const checked = await checkConfig(deployment.context, DATASET, looser);
  expect(printConfigCheck(checked, PLAIN)).toMatch(
    /1 rejected item would be judged again\n1 upload would be cleaned again, which took \d.* before\.\nPut it in force/,
  );
  await expect(checkConfig(deployment.context, DATASET, 'missing.yaml')).rejects.toMatchObject({ exitCode: 2 });
  expect(await textOf(deployment)).toBe(FILE);
});

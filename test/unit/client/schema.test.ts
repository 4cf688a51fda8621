import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { acceptSchema } from '#client/datasets/schema/accept-schema.ts';
import { SchemaAcceptedOutput, SchemaOutput } from '#client/datasets/schema/output.ts';
import { editSchema, showSchema } from '#client/datasets/schema/show-schema.ts';
import { TableSchema } from '#core/kinds/table/schema/schema.ts';
import { writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { printAccepted, printSchema } from '../../../cli/print/data/schema.ts';
import { folderOf } from './folder.ts';
import { type MemoryDeployment, memoryDeployment, PLAIN } from './memory-deployment.ts';

const DATASET = 'adult';
const OPTIONS = { dryRun: false, wait: true, timeoutMs: 60_000 };
const SCHEMA = TableSchema.parse({
  version: 1,
  columns: [
    { name: 'age', type: 'integer', suggested: { min: 17, max: 90 } },
    { name: 'job', type: 'category', categories: ['clerk', 'manager'] },
  ],
});
const CONFIG = '# of the inventory\nkind: table # 1994\ntable: { delimiter: "," }\n';

async function withSchema(): Promise<MemoryDeployment & { file: string }> {
  const deployment = memoryDeployment();
  await deployment.drop.put(`${DATASET}/dataset.yaml`, CONFIG);
  await deployment.context.clock.sleep(1);
  await writeJson(deployment.data, keys.schema(DATASET, 1), SCHEMA);
  const file = join(folderOf({ x: '' }), 'schema.yaml');
  await editSchema(deployment.context, DATASET, { out: file, force: false });
  return { ...deployment, file };
}

const rewrite = (file: string, from: string | RegExp, to: string) =>
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));

test('the newest version is shown as it is edited, with what is suggested', async () => {
  const { context } = await withSchema();
  const answer = SchemaOutput.parse(await showSchema(context, DATASET, {}));
  expect(answer).toMatchObject({ version: 1, inForce: 1, versions: [1] });
  expect(printSchema(answer)).toMatch(/# in force\n[\s\S]*age:\n {4}type: integer\n {4}# min: 17/);
});

test('an accepted file is the next version, is named in dataset.yaml, and comes into force', async () => {
  const { context, data, drop, file } = await withSchema();
  rewrite(file, '# min: 17', 'min: 18');
  const answer = SchemaAcceptedOutput.parse(await acceptSchema(context, DATASET, file, OPTIONS));
  expect(answer).toMatchObject({ version: 2, before: 1, accepted: true, cleaned: 0 });
  expect(printAccepted(answer, PLAIN)).toContain('+ columns.age.min: 18');
  expect(await showSchema(context, DATASET, {})).toMatchObject({ version: 2, inForce: 2, versions: [1, 2] });
  const yaml = new TextDecoder().decode((await drop.get(`${DATASET}/dataset.yaml`))?.body);
  expect(yaml).toMatch(/^# of the inventory\nkind: table # 1994\n[\s\S]*schema: 2/);
  const stored = JSON.parse(new TextDecoder().decode((await data.get(keys.schema(DATASET, 2)))?.body)) as TableSchema;
  expect(stored.columns[0]).toMatchObject({ min: 18, suggested: { min: 17, max: 90 } });
});

test('a file that changes nothing, and a repeat, write nothing', async () => {
  const { context, data, file } = await withSchema();
  expect(await acceptSchema(context, DATASET, file, OPTIONS)).toMatchObject({ version: 1, accepted: false });
  rewrite(file, '# max: 90', 'max: 99');
  await acceptSchema(context, DATASET, file, OPTIONS);
  expect(await acceptSchema(context, DATASET, file, OPTIONS)).toMatchObject({ version: 2, accepted: false });
  expect(await data.head(keys.schema(DATASET, 3))).toBeUndefined();
});

test('a dry run says what would change', async () => {
  const { context, data, file } = await withSchema();
  rewrite(file, 'type: integer', 'type: number');
  const answer = await acceptSchema(context, DATASET, file, { ...OPTIONS, dryRun: true });
  expect(printAccepted(answer, PLAIN)).toContain('~ columns.age.type: "integer" -> "number"');
  expect(await data.head(keys.schema(DATASET, 2))).toBeUndefined();
});

test('a file that is no schema is refused by line, and one made from an older version is refused', async () => {
  const { context, file } = await withSchema();
  rewrite(file, 'type: integer', 'type: whole');
  await expect(acceptSchema(context, DATASET, file, OPTIONS)).rejects.toThrow(/line 6, columns\.age\.type/);
  rewrite(file, 'type: whole', 'type: number');
  await acceptSchema(context, DATASET, file, OPTIONS);
  rewrite(file, 'type: number', 'type: text');
  await expect(acceptSchema(context, DATASET, file, OPTIONS)).rejects.toThrow(/made from version 1; the newest is 2/);
});

test('a file that is there is not written over', async () => {
  const { context, file } = await withSchema();
  expect(existsSync(file)).toBe(true);
  await expect(editSchema(context, DATASET, { out: file, force: false })).rejects.toThrow(/exists already/);
  await expect(showSchema(context, 'nothing', {})).rejects.toMatchObject({
    next: expect.stringContaining('inferred from the first table'),
  });
});

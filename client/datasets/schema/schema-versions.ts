// The versions of a table's schema, and which of them dataset.yaml names.

import { parseDocument } from 'yaml';
import { canonicalJson } from '#core/base/hash.ts';
import { parseDatasetFile } from '#core/kinds/dataset-file.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import { type Column, TableSchema } from '#core/kinds/table/schema/schema.ts';
import { readJson } from '#core/store/json.ts';
import { CONFIG_FILE, dropKey, idInKey, keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { ClientFailure } from '../../failure.ts';
import { badConfig } from '../../upload/drop-config.ts';
import { readConfig } from '../read-status.ts';

/** Returns the numbers of all versions, ascending. */
export async function listVersions(data: Store, dataset: string): Promise<number[]> {
  const versions: number[] = [];
  for await (const { key } of data.list(keys.schemas(dataset))) versions.push(Number(idInKey(key)));
  return versions.filter(Number.isInteger).sort((a, b) => a - b);
}

export async function readSchema(data: Store, dataset: string, version: number): Promise<TableSchema | undefined> {
  return (await readJson(data, keys.schema(dataset, version), TableSchema))?.value;
}

/** Returns null where the dataset has no configuration of a table yet. */
export async function versionInForce(data: Store, dataset: string): Promise<number | null> {
  const config = (await readConfig(data, dataset))?.config;
  const tabular = config && definitionOf(config.kind).tabular;
  return tabular ? tabular.schemaVersion(config) : null;
}

/** Throws ClientFailure where that version exists already. */
export async function writeSchema(data: Store, dataset: string, schema: TableSchema): Promise<void> {
  const put = await data.put(keys.schema(dataset, schema.version), canonicalJson(schema), {
    when: 'absent',
    contentType: 'application/json',
  });
  if (put.status === 'refused')
    throw new ClientFailure(`Another user has just accepted version ${schema.version}.`, {
      next: `Look at it (goldpan schema show ${dataset}), then accept yours on top of it.`,
    });
}

/** Keeps the suggestions of columns that kept their name and type: the edited file has them only as comments. */
export function withSuggestions(schema: TableSchema, base: TableSchema | undefined): TableSchema {
  const earlier = new Map(base?.columns.map((column) => [column.name, column]));
  const columns = schema.columns.map((column): Column => {
    const there = earlier.get(column.name);
    return there?.suggested && there.type === column.type ? { ...column, suggested: there.suggested } : column;
  });
  return { ...schema, columns };
}

/** Sets table.schema in dataset.yaml and leaves every other line as it is. */
export async function nameInConfig(drop: Store, dataset: string, version: number): Promise<void> {
  const key = dropKey(dataset, CONFIG_FILE);
  const there = await drop.get(key);
  const document = parseDocument(there ? new TextDecoder().decode(there.body) : 'kind: table\n');
  document.setIn(['table', 'schema'], version);
  const text = document.toString({ lineWidth: 0 });
  const parsed = parseDatasetFile(text);
  if (!parsed.ok) throw badConfig(key, parsed.issues);
  const put = await drop.put(key, text, { when: there ? { etag: there.etag } : 'absent' });
  if (put.status === 'refused')
    throw new ClientFailure(`Another user has changed ${key} in the meantime.`, {
      next: 'Run the same command again.',
    });
}

// Chooses the first schema of a dataset: that of the majority of its first tables, so that one odd file does not decide.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '#core/base/hash.ts';
import { sampleArchive } from '#core/ingest/archive/sample-archive.ts';
import type { UnitMessage } from '#core/ingest/messages.ts';
import { rangesOf } from '#core/ingest/unit-files.ts';
import type { TableDataset } from '#core/kinds/table/definition.ts';
import { inferTableFile } from '#core/kinds/table/process/infer-file.ts';
import type { TableSchema } from '#core/kinds/table/schema/schema.ts';
import type { Store } from '#core/store/store.ts';

/** A separate process infers each file, which takes about a second. */
export const SCHEMA_SAMPLE = { files: 12, bytes: 16 * 2 ** 20 };

/** A table on the disk. */
export type SampledTable = { readonly path: string; readonly file: string };
type Vote = { readonly schema: TableSchema; readonly rows: number };
type Options = { readonly config: TableDataset; readonly readProcess: string; readonly folder: string };

/** Returns undefined if none of them is a table with rows. The same tables in the same order give the same schema. */
export async function majoritySchema(
  tables: AsyncIterable<SampledTable> | Iterable<SampledTable>,
  { folder: parent, ...options }: Options,
): Promise<TableSchema | undefined> {
  const votes: Vote[] = [];
  const folder = join(parent, 'inferred');
  for await (const { path, file } of tables) {
    await mkdir(folder);
    const found = await inferTableFile({ ...options, path, file, folder });
    if (found) votes.push(found);
    await rm(folder, { recursive: true });
  }
  const byNames = largest(votes, ({ schema }) => canonicalJson(schema.columns.map(({ name }) => name).sort()));
  return largest(byNames, ({ schema }) => canonicalJson(schema.columns.map(({ name, type }) => [name, type])))[0]
    ?.schema;
}

/** The group with the most files; of equal ones that with the most rows, then the first. */
function largest(votes: readonly Vote[], keyOf: (vote: Vote) => string): readonly Vote[] {
  const rowsOf = (group: readonly Vote[]) => group.reduce((sum, { rows }) => sum + rows, 0);
  const groups = [...Map.groupBy(votes, keyOf).values()];
  return groups.sort((a, b) => b.length - a.length || rowsOf(b) - rowsOf(a))[0] ?? [];
}

/** Tables spread over the archive that the unit is a part of; `folder` holds one of them at a time. Throws SupersededError. */
export async function* tablesOfArchive(
  drop: Store,
  message: UnitMessage,
  folder: string,
): AsyncGenerator<SampledTable> {
  const file = join(folder, 'sampled');
  const { slice, source } = message;
  for await (const { path, bytes } of sampleArchive(slice, source.size, rangesOf(drop, message), SCHEMA_SAMPLE)) {
    await writeFile(file, bytes);
    yield { path, file };
    await rm(file);
  }
}

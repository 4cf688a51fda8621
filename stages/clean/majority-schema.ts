// Chooses the first schema of a dataset: that of the majority of its first tables, so that one odd file does not decide.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sampleArchive } from '#core/ingest/archive/sample-archive.ts';
import type { UnitMessage } from '#core/ingest/messages.ts';
import { unitRanges } from '#core/ingest/unit-files.ts';
import { isNote } from '#core/kinds/formats/notes-beside-tables.ts';
import type { TableDataset } from '#core/kinds/table/definition.ts';
import { inferTableFile } from '#core/kinds/table/process/infer-file.ts';
import { sampleBySize } from '#core/kinds/table/sample-by-size.ts';
import { majorityOf, type Vote } from '#core/kinds/table/schema/majority.ts';
import type { TableSchema } from '#core/kinds/table/schema/schema.ts';
import { CONFIG_FILE, dropKey } from '#core/store/keys.ts';
import type { ListedObject, Store } from '#core/store/store.ts';

/** A separate process infers each file, which takes about a second. */
export const SCHEMA_SAMPLE = { files: 12, bytes: 16 * 2 ** 20 };
/** Objects of a drop that are looked at, in the order of their keys. */
const MOST_LISTED = 5_000;
/** A drop is taken to be whole when nothing has been added to it for so long. */
const QUIET_MS = 2_000;
const MOST_LOOKS = 8;

/** A table on the disk. */
export type SampledTable = { readonly path: string; readonly file: string };
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
  return majorityOf(votes);
}

/** Waits so many milliseconds. */
export type Pause = (ms: number) => Promise<void>;

/**
 * The tables among which the first schema is sought: of an archive, files spread over it and the largest; of an object by itself, those that
 * were dropped with it, waiting for the rest of the drop. `folder` holds one of them at a time. Throws SupersededError.
 */
export function firstTablesOf(
  drop: Store,
  message: UnitMessage,
  folder: string,
  pause: Pause,
): AsyncGenerator<SampledTable> {
  return message.slice.type === 'object'
    ? tablesOfDrop(drop, message.dataset, folder, pause)
    : tablesOfArchive(drop, message, folder);
}

async function* tablesOfArchive(drop: Store, message: UnitMessage, folder: string): AsyncGenerator<SampledTable> {
  const file = join(folder, 'sampled');
  const { slice, source } = message;
  for await (const { path, bytes } of sampleArchive(slice, source.size, unitRanges(drop, message), SCHEMA_SAMPLE)) {
    await writeFile(file, bytes);
    yield { path, file };
    await rm(file);
  }
}

/** Yields the tables of a drop. A single object needs no search, because it decides the schema alone. */
async function* tablesOfDrop(drop: Store, dataset: string, folder: string, pause: Pause): AsyncGenerator<SampledTable> {
  const readable = await listWhole(drop, dataset, pause);
  if (readable.length < 2) return;
  const file = join(folder, 'sampled');
  const sizes = readable.map(({ size }) => size);
  for (const i of sampleBySize(sizes, SCHEMA_SAMPLE.files)) {
    const { key } = readable[i] as ListedObject;
    const object = await drop.get(key);
    if (!object) continue;
    await writeFile(file, object.body);
    yield { path: key.slice(dropKey(dataset, '').length), file };
    await rm(file);
  }
}

/** Objects arrive one after the other: the list is read again until it stays the same. */
async function listWhole(drop: Store, dataset: string, pause: Pause): Promise<readonly ListedObject[]> {
  let readable = await listReadable(drop, dataset);
  for (let look = 1; look < MOST_LOOKS; look++) {
    await pause(QUIET_MS);
    const again = await listReadable(drop, dataset);
    if (again.length === readable.length) return again;
    readable = again;
  }
  return readable;
}

async function listReadable(drop: Store, dataset: string): Promise<readonly ListedObject[]> {
  const readable: ListedObject[] = [];
  let listed = 0;
  for await (const object of drop.list(dropKey(dataset, ''))) {
    if (++listed > MOST_LISTED) break;
    const { key, size } = object;
    if (size > 0 && size <= SCHEMA_SAMPLE.bytes && !key.endsWith(`/${CONFIG_FILE}`) && !isNote(key))
      readable.push(object);
  }
  return readable;
}

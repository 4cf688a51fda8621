// Which files of a folder are the newest snapshot of an Iceberg table: https://iceberg.apache.org/spec/
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { readAvro } from '#core/kinds/table/convert/avro/read-avro.ts';
import { ClientFailure } from '../../failure.ts';
import type { LocalFile } from '../collect.ts';

const METADATA = /^(.*?)metadata\/v?(\d+)[^/]*\.metadata\.json$/;
const DATA = 0;
const DELETED = 2;

type Metadata = {
  readonly location?: string;
  readonly 'current-snapshot-id'?: number | string | null;
  readonly snapshots?: readonly {
    readonly 'snapshot-id': number | string;
    readonly 'timestamp-ms'?: number;
    readonly 'manifest-list'?: string;
  }[];
  readonly schemas?: readonly { readonly fields?: readonly { readonly id: number; readonly name: string }[] }[];
};
/** `root`: the folder of the table, with a slash. `live`: name of a file -> the name under which it is put. */
export type IcebergTable = {
  readonly root: string;
  readonly snapshot: string;
  readonly at: string | undefined;
  readonly live: ReadonlyMap<string, string>;
};

/** The tables in these files. Throws ClientFailure for one that cannot be read from its files. */
export function readIceberg(files: readonly LocalFile[]): Promise<IcebergTable[]> {
  const newest = new Map<string, { version: number; file: LocalFile }>();
  for (const file of files) {
    const [, root, digits] = METADATA.exec(file.name) ?? [];
    if (root === undefined) continue;
    const version = Number(digits);
    if (version >= (newest.get(root)?.version ?? -1)) newest.set(root, { version, file });
  }
  return Promise.all([...newest].map(([root, { file }]) => readTable(root, file, files)));
}

async function readTable(root: string, file: LocalFile, files: readonly LocalFile[]): Promise<IcebergTable> {
  const metadata = parsed(root, file);
  refuseRenames(root, metadata);
  const id = metadata['current-snapshot-id'];
  const snapshot = metadata.snapshots?.find((one) => String(one['snapshot-id']) === String(id));
  if (!snapshot?.['manifest-list'])
    throw unreadable(root, 'it has no snapshot, or one of format version 1 without a list');
  const byName = new Map(files.map((one) => [one.name, one]));
  const localName = (uri: string) => nameOf(root, metadata.location ?? '', uri, byName);
  const records = (uri: string) => recordsOf(root, byName.get(localName(uri)), uri);
  const live = new Map<string, string>();
  for (const { manifest_path, content } of await records(snapshot['manifest-list']))
    for (const { status, data_file } of await records(String(manifest_path))) {
      if (Number(status) === DELETED) continue;
      const entry = JSON.parse(String(data_file)) as { content?: number | string; file_path: string };
      if (Number(content ?? DATA) !== DATA || Number(entry.content ?? DATA) !== DATA)
        throw unreadable(root, 'it has deletes of single rows');
      const name = localName(entry.file_path);
      if (!byName.has(name)) throw unreadable(root, `${posix.basename(entry.file_path)} is not there`);
      // Folders of partitions are named by transforms, and their columns are in the files.
      live.set(name, posix.join(root, posix.basename(name)));
    }
  const timestamp = snapshot['timestamp-ms'];
  const at = timestamp === undefined ? undefined : new Date(timestamp).toISOString().slice(0, 19);
  return { root, snapshot: String(id), at, live };
}

function parsed(root: string, { path }: LocalFile): Metadata {
  try {
    // Ids of snapshots have more digits than numbers keep.
    const text = readFileSync(path, 'utf8').replaceAll(/("(?:current-)?snapshot-id"\s*:\s*)(-?\d+)/g, '$1"$2"');
    return JSON.parse(text) as Metadata;
  } catch {
    throw unreadable(root, 'its metadata is damaged');
  }
}

/** Files keep the names that columns had when they were written. */
function refuseRenames(root: string, { schemas = [] }: Metadata): void {
  const names = new Map<number, string>();
  for (const { id, name } of schemas.flatMap(({ fields = [] }) => fields)) {
    const known = names.get(id) ?? name;
    if (known !== name) throw unreadable(root, `its column ${known} was renamed to ${name}`);
    names.set(id, known);
  }
}

/** The table may have been copied from where it was written, so the end of the address decides. */
function nameOf(root: string, location: string, uri: string, byName: ReadonlyMap<string, unknown>): string {
  const plain = (text: string) => text.replace(/^\w+:\/*/, '').replace(/\/+$/, '');
  const [from, of] = [plain(location), plain(uri)];
  const below = of.startsWith(`${from}/`) ? of.slice(from.length + 1) : of;
  const whole = posix.join(root, below);
  if (byName.has(whole)) return whole;
  const last = ['metadata', 'data'].map((folder) => of.lastIndexOf(`/${folder}/`)).sort((a, b) => b - a)[0] ?? -1;
  return posix.join(root, of.slice(last + 1));
}

type Rows = readonly Readonly<Record<string, string | null>>[];

async function recordsOf(root: string, file: LocalFile | undefined, uri: string): Promise<Rows> {
  if (!file) throw unreadable(root, `${posix.basename(uri)} is not there`);
  try {
    const { columns, blocks } = readAvro(file.path);
    const found: Rows[number][] = [];
    for await (const rows of blocks())
      for (const row of rows) found.push(Object.fromEntries(columns.map((name, i) => [name, row[i] ?? null])));
    return found;
  } catch {
    throw unreadable(root, `${file.name} is damaged`);
  }
}

function unreadable(root: string, why: string): ClientFailure {
  return new ClientFailure(`The Iceberg table ${root || 'in this folder'} is not read from its files: ${why}.`, {
    next: "Write it as Parquet first, with DuckDB: copy (from iceberg_scan('FOLDER')) to 'table.parquet'",
  });
}

// Which files of a folder are the newest version of a Delta table: https://github.com/delta-io/delta/blob/master/PROTOCOL.md
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { decodeColumns } from '#core/base/parquet-columns.ts';
import { ClientFailure } from '../../failure.ts';
import type { LocalFile } from '../collect.ts';

const LOG = /^(.*?)_delta_log\/(.*)$/;
const COMMIT = /^(\d{20})\.json$/;
/** One file, or part so and so of so many. */
const CHECKPOINT = /^(\d{20})\.checkpoint(?:\.(\d{10})\.(\d{10}))?\.parquet$/;
const SECOND_CHECKPOINT = /^\d{20}\.checkpoint\.[0-9a-f-]{36}\.(json|parquet)$/;
/** Deletion vectors, mapped columns and variants are refused where they are used. */
const KNOWN_FEATURES = [
  'columnMapping',
  'deletionVectors',
  'timestampNtz',
  'typeWidening',
  'typeWidening-preview',
  'v2Checkpoint',
  'vacuumProtocolCheck',
  'variantType',
  'variantType-preview',
];

type Pairs = Readonly<Record<string, string | null>>;
type Add = { readonly path: string; readonly deletionVector?: unknown; readonly partitionValues?: Pairs | null };
type Action = {
  readonly add?: Add | null;
  readonly remove?: { readonly path: string } | null;
  readonly metaData?: { readonly configuration?: Pairs | null; readonly schemaString?: string | null } | null;
  readonly protocol?: { readonly readerFeatures?: readonly string[] | null } | null;
  readonly commitInfo?: { readonly timestamp?: number } | null;
};
/** `root`: the folder of the table, with a slash. `live`: names of the files of the version. */
type DeltaTable = {
  readonly root: string;
  readonly version: number;
  readonly at: string | undefined;
  readonly live: ReadonlySet<string>;
};

/** Returns whether the file belongs to the log of a table. */
export function isDeltaLog({ name }: Pick<LocalFile, 'name'>): boolean {
  return LOG.test(name);
}

/** The tables in these files. Throws ClientFailure for one that cannot be read from its files. */
export async function readDelta(files: readonly LocalFile[]): Promise<DeltaTable[]> {
  const roots = new Set(files.flatMap(({ name }) => LOG.exec(name)?.[1] ?? []));
  const tables: DeltaTable[] = [];
  for (const root of roots) tables.push(await newestVersion(root, files));
  return tables;
}

async function newestVersion(root: string, files: readonly LocalFile[]): Promise<DeltaTable> {
  const log = logOf(root, files);
  const adds = new Map<string, Add>();
  let at: string | undefined;
  let protocol: Action['protocol'];
  let metaData: Action['metaData'];
  for (const actions of await log.actions()) {
    // In one commit, a file is removed and added again when only its deletion vector changes.
    for (const { remove } of actions) if (remove) adds.delete(nameOf(root, remove.path));
    for (const { add, commitInfo, ...facts } of actions) {
      if (add) adds.set(nameOf(root, add.path), add);
      if (commitInfo?.timestamp !== undefined) at = new Date(Number(commitInfo.timestamp)).toISOString().slice(0, 19);
      protocol = facts.protocol ?? protocol;
      metaData = facts.metaData ?? metaData;
    }
  }
  refuseFeatures(root, protocol, metaData);
  const names = new Set(files.map(({ name }) => name));
  for (const [name, { path, deletionVector, partitionValues }] of adds) {
    if (deletionVector) throw unreadable(root, 'it has deletion vectors');
    if (!names.has(name)) throw unreadable(root, `${name} is not there`);
    const unnamed = Object.keys(partitionValues ?? {}).find((column) => !isInPath(path, column));
    if (unnamed !== undefined) throw unreadable(root, `its folders do not say the value of the column ${unnamed}`);
  }
  return { root, version: log.version, at, live: new Set(adds.keys()) };
}

/** From the first commit where all are there, otherwise from the newest checkpoint that is whole. */
function logOf(root: string, files: readonly LocalFile[]) {
  const commits = new Map<number, LocalFile>();
  const checkpoints = new Map<number, LocalFile[]>();
  let hasSecond = false;
  for (const file of files) {
    const [, at, name = ''] = LOG.exec(file.name) ?? [];
    if (at !== root) continue;
    const commit = COMMIT.exec(name)?.[1];
    if (commit !== undefined) commits.set(Number(commit), file);
    const [, version, , parts = '1'] = CHECKPOINT.exec(name) ?? [];
    // One of another number of parts is a second attempt at the same version.
    const key = Number(version) + Number(parts) / 1e6;
    if (version !== undefined) checkpoints.set(key, [...(checkpoints.get(key) ?? []), file]);
    hasSecond ||= SECOND_CHECKPOINT.test(name);
  }
  const whole = [...checkpoints].filter(([key, parts]) => parts.length === Math.round((key % 1) * 1e6));
  const version = Math.max(...commits.keys(), ...whole.map(([key]) => Math.floor(key)));
  const from = (first: number) => {
    const wanted = Array.from({ length: Math.max(0, version - first + 1) }, (_, i) => commits.get(first + i));
    return wanted.every((file) => file !== undefined) ? wanted : undefined;
  };
  const all = from(0);
  const chosen = whole.sort(([a], [b]) => b - a).find(([key]) => from(Math.floor(key) + 1));
  if (!Number.isFinite(version) || (!all && !chosen))
    throw unreadable(
      root,
      hasSecond ? 'it has a checkpoint of version 2' : 'its log has a gap, and no whole checkpoint behind it',
    );
  const later = all ?? from(Math.floor((chosen as [number, LocalFile[]])[0]) + 1) ?? [];
  const actions = async (): Promise<Action[][]> => {
    const found: Action[][] = [];
    for (const file of all ? [] : (chosen as [number, LocalFile[]])[1])
      found.push(await actionsOfCheckpoint(file, root));
    return [...(found.length > 0 ? [found.flat()] : []), ...later.map((file) => actionsOf(file, root))];
  };
  return { version, actions };
}

function actionsOf(file: LocalFile, root: string): Action[] {
  const lines = readFileSync(file.path, 'utf8').split('\n');
  try {
    return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as Action);
  } catch {
    throw unreadable(root, 'its log is damaged');
  }
}

async function actionsOfCheckpoint(file: LocalFile, root: string): Promise<Action[]> {
  try {
    const rows = await decodeColumns<Record<string, unknown>, string>(
      new Uint8Array(readFileSync(file.path)),
      undefined,
    );
    // Files that were removed are listed, so that they are deleted later; they are not part of the version.
    return rows.map((row) => ({ ...(asText(row) as Action), remove: null }));
  } catch {
    throw unreadable(root, `its checkpoint ${posix.basename(file.name)} is damaged`);
  }
}

/** Texts come as bytes where a file does not say that they are texts. */
function asText(value: unknown): unknown {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (Array.isArray(value)) return value.map(asText);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, asText(one)]));
}

function refuseFeatures(root: string, protocol: Action['protocol'], metaData: Action['metaData']): void {
  const mode = metaData?.configuration?.['delta.columnMapping.mode'] ?? 'none';
  if (mode !== 'none') throw unreadable(root, 'its columns have other names in its files (column mapping)');
  if (metaData?.schemaString?.includes('"variant"')) throw unreadable(root, 'it has a column of variants');
  const unknown = protocol?.readerFeatures?.find((name) => !KNOWN_FEATURES.includes(name));
  if (unknown !== undefined) throw unreadable(root, `it needs a reader of the feature ${unknown}`);
}

function isInPath(path: string, column: string): boolean {
  const folders = path.split('/').map((folder) => decoded(folder));
  return folders.some((folder) => folder.startsWith(`${column}=`) || decoded(folder).startsWith(`${column}=`));
}

function nameOf(root: string, path: string): string {
  return posix.join(root, decoded(path));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function unreadable(root: string, why: string): ClientFailure {
  return new ClientFailure(`The Delta table ${root || 'in this folder'} is not read from its files: ${why}.`, {
    next: "Write its newest version as Parquet first, with DuckDB: copy (from delta_scan('FOLDER')) to 'table.parquet'",
  });
}

// The files of a data lake's table as the table they are: the newest version of a Delta or Iceberg table, without empty parts.
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { type Remark, remarkOn } from '#core/kinds/define/remark.ts';
import { ClientFailure } from '../../failure.ts';
import type { LocalFile } from '../collect.ts';
import { readIceberg } from './read-iceberg.ts';

const LOG = /^(.*?)_delta_log\/(.*)$/;
const VERSION = /^(\d{20})\.json$/;
const EMPTY_PART = /(^|\/)part-[^/]*$/;

type Arranged = { readonly files: readonly LocalFile[]; readonly remarks: readonly Remark[] };
type Action = {
  readonly add?: { readonly path: string; readonly deletionVector?: unknown };
  readonly remove?: { readonly path: string };
  readonly commitInfo?: { readonly timestamp?: number };
};

/** Throws ClientFailure for a table whose versions cannot be determined from these files. */
export function arrangeLake(files: readonly LocalFile[]): Arranged {
  const empty = files.filter(({ name, size }) => size === 0 && EMPTY_PART.test(name));
  let left = files.filter((file) => !empty.includes(file));
  const remarks = [remarkOn('layout.lake', namesOf(empty), 'empty parts are left out')];
  const roots = new Set(files.flatMap(({ name }) => LOG.exec(name)?.[1] ?? []));
  for (const root of roots) {
    const table = newestVersion(root, left);
    const isBeside = ({ name }: LocalFile) => name.startsWith(root);
    const removed = left.filter((file) => isBeside(file) && !table.live.has(file.name) && !LOG.test(file.name));
    left = left.filter((file) => !isBeside(file) || table.live.has(file.name));
    const title = `a Delta table: version ${table.version}${table.at === undefined ? '' : ` of ${table.at}`} is read`;
    remarks.push(remarkOn('layout.lake', [...table.live], title));
    remarks.push(remarkOn('layout.lake', namesOf(removed), 'files that are not part of this version are left out'));
  }
  for (const { root, snapshot, at, live } of readIceberg(left)) {
    const isBeside = ({ name }: LocalFile) => name.startsWith(root);
    const isOwn = ({ name }: LocalFile) => name.startsWith(`${root}metadata/`);
    const removed = left.filter((file) => isBeside(file) && !isOwn(file) && !live.has(file.name));
    left = left.flatMap((file) => {
      const name = live.get(file.name);
      return name === undefined ? (isBeside(file) ? [] : [file]) : [{ ...file, name }];
    });
    const title = `an Iceberg table: snapshot ${snapshot}${at === undefined ? '' : ` of ${at}`} is read`;
    remarks.push(remarkOn('layout.lake', [...live.values()], title));
    remarks.push(remarkOn('layout.lake', namesOf(removed), 'files that are not part of this snapshot are left out'));
  }
  return { files: left, remarks: remarks.filter((remark) => remark !== undefined) };
}

/** `live`: the files of the version, by name. https://github.com/delta-io/delta/blob/master/PROTOCOL.md */
function newestVersion(root: string, files: readonly LocalFile[]) {
  const logs = files.flatMap((file) => {
    const [, at, name = ''] = LOG.exec(file.name) ?? [];
    const version = at === root ? VERSION.exec(name)?.[1] : undefined;
    return version === undefined ? [] : [{ version: Number(version), file }];
  });
  logs.sort((a, b) => a.version - b.version);
  if (logs.some(({ version }, i) => version !== i) || logs.length === 0)
    throw unreadable(root, 'its log begins with a checkpoint, or has a gap');
  const live = new Set<string>();
  let at: string | undefined;
  for (const { file } of logs)
    for (const line of readFileSync(file.path, 'utf8').split('\n')) {
      if (line.trim() === '') continue;
      const { add, remove, commitInfo } = actionOf(line, root);
      if (add?.deletionVector) throw unreadable(root, 'it has deletion vectors');
      if (remove) live.delete(posix.join(root, decodeURIComponent(remove.path)));
      if (add) live.add(posix.join(root, decodeURIComponent(add.path)));
      if (commitInfo?.timestamp !== undefined) at = new Date(commitInfo.timestamp).toISOString().slice(0, 19);
    }
  const missing = [...live].find((name) => !files.some((file) => file.name === name));
  if (missing !== undefined) throw unreadable(root, `${missing} is not there`);
  return { live, at, version: (logs.at(-1) as { version: number }).version };
}

function actionOf(line: string, root: string): Action {
  try {
    return JSON.parse(line) as Action;
  } catch {
    throw unreadable(root, 'its log is damaged');
  }
}

function unreadable(root: string, why: string): ClientFailure {
  return new ClientFailure(`The Delta table ${root || 'in this folder'} is not read from its files: ${why}.`, {
    next: "Write its newest version as Parquet first, with DuckDB: copy (from delta_scan('FOLDER')) to 'table.parquet'",
  });
}

function namesOf(files: readonly LocalFile[]): string[] {
  return files.map(({ name }) => name);
}

// The files of a data lake's table as the table they are: the newest version of a Delta or Iceberg table, without empty parts.
import { type Remark, remarkOn } from '#core/kinds/define/remark.ts';
import { ClientFailure } from '../../failure.ts';
import type { LocalFile } from '../collect.ts';
import { isDeltaLog, readDelta } from './read-delta.ts';
import { readIceberg } from './read-iceberg.ts';

const HUDI = /^(.*?)\.hoodie\/hoodie\.properties$/;
const EMPTY_PART = /(^|\/)part-[^/]*$/;

type Arranged = { readonly files: readonly LocalFile[]; readonly remarks: readonly Remark[] };
/** Throws ClientFailure for a table whose versions cannot be determined from these files. */
export async function arrangeLake(files: readonly LocalFile[]): Promise<Arranged> {
  refuseHudi(files);
  const empty = files.filter(({ name, size }) => size === 0 && EMPTY_PART.test(name));
  let left = files.filter((file) => !empty.includes(file));
  const remarks = [remarkOn('layout.lake', namesOf(empty), 'empty parts are left out')];
  for (const { root, version, at, live } of await readDelta(left)) {
    const isBeside = ({ name }: LocalFile) => name.startsWith(root);
    const removed = left.filter((file) => isBeside(file) && !live.has(file.name) && !isDeltaLog(file));
    left = left.filter((file) => !isBeside(file) || live.has(file.name));
    const title = `a Delta table: version ${version}${at === undefined ? '' : ` of ${at}`} is read`;
    remarks.push(remarkOn('layout.lake', [...live], title));
    remarks.push(remarkOn('layout.lake', namesOf(removed), 'files that are not part of this version are left out'));
  }
  for (const { root, snapshot, at, live } of await readIceberg(left)) {
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

/** Its files hold several versions of a row, and which of them count is written in its timeline. */
function refuseHudi(files: readonly LocalFile[]): void {
  const root = files.map(({ name }) => HUDI.exec(name)?.[1]).find((found) => found !== undefined);
  if (root === undefined) return;
  throw new ClientFailure(`The folder ${root || './'} is a Hudi table, which is not read from its files.`, {
    next: "Write its newest version as Parquet with Spark: spark.read.format('hudi').load('FOLDER').write.parquet('out')",
  });
}

function namesOf(files: readonly LocalFile[]): string[] {
  return files.map(({ name }) => name);
}

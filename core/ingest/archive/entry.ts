// The files of an archive, and the remarks on the archive as a whole.
import type { Issue } from '../../kinds/define/issue.ts';
import { type Remark, remarkOn } from '../../kinds/define/remark.ts';
import { folderLayoutOf } from '../layouts/layouts.ts';
import { litterOf } from '../layouts/litter.ts';
import { encodingTitle, type NameEncoding } from './name-encoding.ts';

/** Why one entry cannot be read, whatever its neighbours are. */
export type EntryRefusal = Pick<Issue, 'code' | 'given' | 'allowed'>;
export type ListedFile = {
  readonly path: string;
  readonly unpackedBytes: number;
  readonly refusal?: EntryRefusal | undefined;
};
export type SortedFiles<File> = { readonly files: readonly File[]; readonly remarks: readonly Remark[] };

/** Files that are data, in their order; of the others, which they are and why. `nameOf`: within the dataset or the archive. */
export function sortFiles<File>(entries: readonly File[], nameOf: (file: File) => string): SortedFiles<File> {
  const litter = new Map<string, string[]>();
  const data: File[] = [];
  for (const file of entries) {
    const name = nameOf(file);
    const writer = litterOf(name);
    if (writer === undefined) data.push(file);
    else litter.set(writer, [...(litter.get(writer) ?? []), name]);
  }
  const newest = new Map(data.map((file) => [nameOf(file), file]));
  const older = data.filter((file) => newest.get(nameOf(file)) !== file);
  const layout = folderLayoutOf([...newest.keys()]);
  const isTaken = (file: File) => newest.get(nameOf(file)) === file && !layout.ignored.has(nameOf(file));
  const remarks = [
    ...[...litter].map(([writer, names]) => remarkOn('archive.litter', names, writer)),
    remarkOn('archive.repeated-name', older.map(nameOf)),
    ...layout.remarks,
  ];
  return {
    files: older.length === 0 && layout.ignored.size === 0 ? data : data.filter(isTaken),
    remarks: remarks.filter((remark) => remark !== undefined),
  };
}

/** `entries`: the entries without a UTF-8 mark. */
export function remarksOnNames(
  entries: readonly { readonly path: string; readonly name: Uint8Array }[],
  encoding: NameEncoding,
): Remark[] {
  if (encoding === 'utf-8') return [];
  const odd = entries.filter(({ name }) => name.some((byte) => byte >= 0x80)).map(({ path }) => path);
  return [remarkOn('archive.name-encoding', odd, encodingTitle(encoding))].filter((remark) => remark !== undefined);
}

/** The log of a Delta table, the metadata of an Iceberg table, or the timeline of a Hudi table. */
const LAKE_LOG =
  /(^|\/)(\.hoodie\/hoodie\.properties$|_delta_log\/[^/]+\.(json|parquet)|metadata\/v?\d+(-[0-9a-f-]{36})?(\.gz)?\.metadata\.json)$/;

/** Why an archive is refused that holds a table of a data lake: files that the table no longer has would count. */
export function lakeIn(paths: readonly string[]): Issue | undefined {
  const log = paths.find((path) => LAKE_LOG.test(path));
  return log === undefined ? undefined : { code: 'archive.lake', place: {}, given: log.slice(0, 200) };
}

/** Returns the issue of an archive that contains no data. */
export function nothingIn(remarks: readonly Remark[]): Issue {
  const given = remarks.map(({ items, given, examples }) => `${items} written by ${given}, such as ${examples[0]}`);
  return { code: 'archive.no-items', place: {}, ...(given.length > 0 && { given: given.join('; ') }) };
}

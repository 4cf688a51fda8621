// The documents of a Parquet file, each with its place.
import type { Issue } from '../../define/issue.ts';
import type { IssueCode } from '../../issues.ts';
import type { RecordColumns } from './json-record.ts';
import { type ParquetRecords, readParquetRecords } from './parquet-records.ts';

type File = { readonly path: string; readonly bytes: Uint8Array };
type At = { readonly path: string; readonly line?: number };
type ParquetDocument = At &
  (
    | { readonly ok: true; readonly text: string; readonly source?: string; readonly label?: string | null }
    | { readonly ok: false; readonly issue: Issue }
  );

/** In the file's order; `line` is the number of the row. */
export async function* parquetDocuments(
  { path, bytes }: File,
  columns: RecordColumns,
): AsyncGenerator<ParquetDocument> {
  const { column, source } = columns;
  const refused = (at: At, code: IssueCode, given: string, allowed?: string): ParquetDocument => {
    const place = { ...at, ...(at.line !== undefined && allowed !== undefined && { column: allowed }) };
    return { ...at, ok: false, issue: { code, place, given, ...(allowed !== undefined && { allowed }) } };
  };
  let read: ParquetRecords;
  try {
    read = await readParquetRecords(bytes, columns);
  } catch (error) {
    return yield refused({ path }, 'text.broken-document', `Parquet: ${(error as Error).message}`.slice(0, 200));
  }
  if (!read.ok) {
    const code = read.missing === column ? 'text.missing-column' : 'text.missing-source';
    return yield refused({ path }, code, read.columns.join(', ').slice(0, 200), read.missing);
  }
  for (const [place, { text, source: given, label }] of read.rows.entries()) {
    const at = { path, line: place + 1 };
    if (text === null) yield refused(at, 'text.missing-column', 'none', column);
    else if (given === null) yield refused(at, 'text.missing-source', 'none', source);
    else if (!text.isWellFormed() || given?.isWellFormed() === false)
      yield refused(at, 'text.encoding', 'half a surrogate pair', 'whole characters');
    else
      yield {
        ...{ ...at, ok: true, text },
        ...(given !== undefined && { source: given }),
        ...(label !== undefined && { label }),
      };
  }
}

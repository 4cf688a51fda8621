// The documents of a file: the file itself, its lines, or one column of its JSONL or CSV records.
import type { Issue } from '../define/issue.ts';
import { findFormat } from '../formats/find-format.ts';
import type { Format } from '../formats/format.ts';
import { typeFacts } from '../formats/type-facts.ts';
import type { IssueCode } from '../issues.ts';
import { lenientText } from '../reading/code-pages.ts';
import { delimiterFor, readCsv } from '../reading/csv.ts';
import { decodeBytes, type Reading, settleEncoding } from '../reading/encoding.ts';
import { readTunes } from './abc/tunebook.ts';
import type { TextConfig } from './config.ts';
import { unpackedText } from './encoding/unpack-text.ts';
import type { Extract } from './extract/extractor.ts';
import { isInSpan, type LineSpan } from './line-spans.ts';
import { readJsonRecord } from './records/json-record.ts';
import { parquetDocuments } from './records/parquet-documents.ts';

export const LONGEST_LINE_BYTES = 2 ** 20;
export const LONGEST_FILE_BYTES = 8 * 2 ** 20;
/** A broken row is kept up to here. */
const SHOWN_ROW = 16 * 1024;
const SNIFFED_BYTES = 4096;
const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** Carriage return, form feed, next line, line and paragraph separator. */
const OTHER_LINE_ENDS = /\r\n?|[\f\u0085\u2028\u2029]/;
const ALL_LINES: LineSpan = { first: 1, count: null };
const LOST = '\ufffd';

/**
 * `detected`: the detected encoding, if none was declared. `row`: the original line or record, shortened if it is very long.
 */
export type Document = { readonly path: string; readonly line?: number } & (
  | {
      readonly ok: true;
      readonly text: string;
      /** The text that this one answers, if items are pairs. */
      readonly source?: string;
      readonly label?: string | null;
      readonly detected?: string;
    }
  | { readonly ok: false; readonly issue: Issue; readonly row?: string }
);
export type DocumentFile = {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly firstLine?: number;
  readonly encoding?: TextConfig['encoding'] | null;
  readonly lines?: LineSpan;
};
/** `labelColumn`: of a column's records. `minConfidence` undefined: no other encoding than the declared one is tried. */
export type DocumentReader = {
  readonly text: TextConfig;
  readonly labelColumn?: string | undefined;
  readonly minConfidence?: number | undefined;
  /** Undefined: documents that are more than their characters are refused. */
  readonly extract?: Extract | undefined;
};

/**
 * Reads the documents that begin in the requested lines, in the order of the file. An invalid document is a value and does not
 * affect the others.
 */
export async function* readDocuments(file: DocumentFile, reader: DocumentReader): AsyncGenerator<Document> {
  const { lines: span = ALL_LINES } = file;
  for await (const document of allDocuments(file, reader)) if (isInSpan(document.line, span)) yield document;
}

/** Yields at least the documents of the requested lines. */
async function* allDocuments(packed: DocumentFile, reader: DocumentReader): AsyncGenerator<Document> {
  const inner = unpackedText(packed);
  if (!inner.ok) return yield refused(packed.path, inner.code, inner.given, inner.allowed);
  const file = { ...packed, bytes: inner.bytes };
  const { path, bytes } = file;
  if (bytes.length === 0) return yield refused(path, 'upload.empty');
  const { encoding: declared, unit, column, source } = reader.text;
  const detection = reader.minConfidence === undefined ? undefined : { minConfidence: reader.minConfidence };
  const reading = settleEncoding(bytes, file.encoding ?? declared, detection);
  const format = reading?.encoding.startsWith('utf-16') ? undefined : await otherFormatOf(file);
  if (format?.family === 'parquet' && unit === 'column' && column !== null)
    return yield* parquetDocuments(file, { column, source, label: reader.labelColumn });
  if (format?.family === 'document' && reader.extract) return yield* extracted(file, format, reader, reader.extract);
  if (format) return yield { path, ok: false, issue: otherType(path, format) };
  if (!reading)
    return yield refused(path, 'text.encoding', 'zero bytes, as in UTF-16 without a byte order mark', 'UTF-8');
  if (reading.unread !== undefined) return yield refused(path, 'text.encoding', `text in ${reading.unread}`, 'UTF-8');
  if (unit === 'file') return yield wholeFile(file, reading);
  if (unit === 'tune') return yield* tunes(wholeFile(file, reading));
  const read = reading.encoding.startsWith('utf-16') ? transcoded(file, reading) : { file, reading };
  if (!read) return yield refused(path, 'text.encoding', 'half a character', reading.encoding);
  yield* unit === 'line' ? lines(read.file, read.reading) : records(read.file, read.reading, reader);
}

function wholeFile({ path, bytes }: DocumentFile, reading: Reading): Document {
  if (bytes.length > LONGEST_FILE_BYTES)
    return refused(path, 'text.too-long', `${bytes.length} bytes`, `at most ${LONGEST_FILE_BYTES} bytes`);
  return decodedDocument({ path }, bytes.subarray(reading.bom), reading, reading.bom);
}

/** The tunes of a file in ABC notation, each in one form. */
function* tunes(file: Document): Generator<Document> {
  if (!file.ok) return yield file;
  const { path } = file;
  const found = readTunes(file.text);
  if (found.length === 0)
    return yield refused(path, 'text.syntax', 'no tune', 'tunes in ABC notation, each from X: on');
  for (const { line, ...tune } of found) {
    const at = { path, line };
    if (tune.ok) yield { ...file, ...at, text: tune.text };
    else
      yield {
        ...at,
        ok: false,
        issue: issueAt(at, 'text.syntax', tune.given, 'a tune of one voice with a key and music'),
      };
  }
}

/**
 * In the supported encodings a line feed byte is never part of another character, so the file need not be decoded at once.
 */
function* lines(
  { path, bytes, firstLine = 1, lines: span = ALL_LINES }: DocumentFile,
  reading: Reading,
): Generator<Document> {
  let line = firstLine;
  const lineEnd = bytes.includes(NEWLINE) || firstLine > 1 ? NEWLINE : CARRIAGE_RETURN;
  for (let start = reading.bom; start < bytes.length; ) {
    const next = bytes.indexOf(lineEnd, start);
    const end = next < 0 ? bytes.length : next;
    if (isInSpan(line, span)) {
      const document = lineDocument({ path, line }, bytes.subarray(start, end), reading, start);
      // Lines end with other characters, too, which only the text shows.
      const texts = document.ok ? document.text.replace(/\r+$/, '').split(OTHER_LINE_ENDS) : [];
      if (document.ok && texts.length > 1) for (const text of texts) yield { ...document, text };
      else yield document;
    } else if (line >= span.first) return;
    start = end + 1;
    line++;
  }
}

function lineDocument(
  at: { path: string; line: number },
  bytes: Uint8Array,
  reading: Reading,
  offset: number,
): Document {
  if (bytes.length > LONGEST_LINE_BYTES)
    return {
      ...at,
      ok: false,
      issue: issueAt(at, 'text.too-long', `${bytes.length} bytes`, `at most ${LONGEST_LINE_BYTES} bytes`),
      row: lossy(bytes.subarray(0, SHOWN_ROW)),
    };
  return decodedDocument(at, bytes, reading, offset);
}

function decodedDocument(
  at: { path: string; line?: number },
  bytes: Uint8Array,
  { encoding, detected, guess }: Reading,
  offset: number,
): Document {
  const decoded = decodeBytes(bytes, encoding);
  if (decoded.ok) return { ...at, ok: true, text: decoded.text, ...(detected && { detected: encoding }) };
  const where = decoded.offset === undefined ? undefined : offset + decoded.offset;
  const byte = decoded.offset === undefined ? undefined : bytes[decoded.offset]?.toString(16).padStart(2, '0');
  const given = where === undefined ? 'bytes it does not know' : `byte ${byte} at offset ${where}`;
  const issue = issueAt(at, 'text.encoding', guess ? `${given}; perhaps ${guess}` : given, encoding);
  return { ...at, ok: false, issue, row: lossy(bytes.subarray(0, SHOWN_ROW)) };
}

function* records(
  { path, bytes, firstLine = 1, lines: span = ALL_LINES }: DocumentFile,
  reading: Reading,
  reader: DocumentReader,
): Generator<Document> {
  const { column, source } = reader.text;
  if (column === null) return yield withoutColumn(path);
  if (/^\s*\{/.test(lossy(bytes.subarray(reading.bom, reading.bom + SNIFFED_BYTES)))) {
    for (const document of lines({ path, bytes, firstLine, lines: span }, reading))
      if (!document.ok) yield document;
      else if (document.text.trim() !== '')
        yield { ...document, ...readJsonRecord(document, { column, source, label: reader.labelColumn }) };
    return;
  }
  yield* csvRecords(path, lenientText(bytes.subarray(reading.bom), reading.encoding), reading, {
    column,
    source,
    label: reader.labelColumn,
  });
}

function* csvRecords(
  path: string,
  text: string,
  { detected, encoding }: Reading,
  wanted: { column: string; source: string | undefined; label: string | undefined },
): Generator<Document> {
  const delimiter = delimiterFor(text, wanted.column);
  if (delimiter === undefined) return yield refused(path, 'text.missing-column', firstLineOf(text), wanted.column);
  let header: readonly string[] | undefined;
  for (const record of readCsv(text, delimiter)) {
    const at = { path, line: record.line };
    const broken = (code: IssueCode, given: string, allowed?: string): Document => ({
      ...at,
      ok: false,
      issue: issueAt(at, code, given, allowed),
      row: record.raw.slice(0, SHOWN_ROW),
    });
    if (!record.ok) yield broken('text.syntax', record.reason);
    else if (!header) {
      header = record.fields;
      if (wanted.source !== undefined && !header.includes(wanted.source))
        return yield refused(path, 'text.missing-source', firstLineOf(text), wanted.source);
    } else if (record.fields.length !== header.length)
      yield broken('text.syntax', `${record.fields.length} fields`, `${header.length} fields`);
    else if (record.raw.includes(LOST)) yield broken('text.encoding', 'bytes it does not know', encoding);
    else {
      const document = record.fields[header.indexOf(wanted.column)] as string;
      const label = wanted.label === undefined ? undefined : record.fields[header.indexOf(wanted.label)] || null;
      yield {
        ...at,
        ok: true,
        text: document,
        ...(wanted.source !== undefined && { source: record.fields[header.indexOf(wanted.source)] as string }),
        ...(label !== undefined && { label }),
        ...(detected && { detected: encoding }),
      };
    }
  }
}

function withoutColumn(path: string): Document {
  return refused(path, 'text.missing-column', 'text.column is not set', 'the name of a column');
}

/** Two-byte text as UTF-8, whose lines can be found. Undefined where it is not well-formed. */
function transcoded(
  file: DocumentFile,
  { encoding, bom }: Reading,
): { file: DocumentFile; reading: Reading } | undefined {
  const decoded = decodeBytes(file.bytes.subarray(bom), encoding);
  if (!decoded.ok) return undefined;
  return {
    file: { ...file, bytes: new TextEncoder().encode(decoded.text) },
    reading: { encoding: 'utf-8', bom: 0, detected: false },
  };
}

/** Returns the format if the file is not plain text. Lines cut out of a file are plain text. */
async function otherFormatOf({ path, bytes, firstLine = 1 }: DocumentFile): Promise<Format | undefined> {
  const format = firstLine > 1 ? undefined : await findFormat({ start: bytes, path, size: bytes.length });
  return format?.family === 'text' ? undefined : format;
}

function otherType(path: string, format: Format): Issue {
  const facts = typeFacts({ format, type: format.name }, { path, kind: 'text' });
  return { code: 'text.type-not-allowed', place: { path }, ...facts };
}

/** Extracts the texts of a document; the texts of a mailbox are numbered. */
async function* extracted(
  file: DocumentFile,
  format: Format,
  reader: DocumentReader,
  extract: Extract,
): AsyncGenerator<Document> {
  const { path } = file;
  const found = await extract(file.bytes, format);
  if (!found.ok) return yield refused(path, found.code, `${format.name}: ${found.given}`.slice(0, 200));
  const { texts } = found;
  const utf8: Reading = { encoding: 'utf-8', bom: 0, detected: false };
  for (const [i, text] of texts.entries()) {
    const bytes = new TextEncoder().encode(text);
    if (reader.text.unit === 'line') yield* lines({ path, bytes }, utf8);
    else if (bytes.length > LONGEST_FILE_BYTES)
      yield refused(path, 'text.too-long', `${bytes.length} bytes`, `at most ${LONGEST_FILE_BYTES} bytes`);
    else yield { path, ...(texts.length > 1 && { line: i + 1 }), ok: true, text };
  }
}

function refused(path: string, code: IssueCode, given?: string, allowed?: string): Document {
  return { path, ok: false, issue: issueAt({ path }, code, given, allowed) };
}

function issueAt(place: Issue['place'], code: IssueCode, given?: string, allowed?: string): Issue {
  return { code, place, ...(given !== undefined && { given }), ...(allowed !== undefined && { allowed }) };
}

function firstLineOf(text: string): string {
  return text.slice(0, 80).split(/[\r\n]/, 1)[0] as string;
}

function lossy(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

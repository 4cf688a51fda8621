// Brings CSV and JSON into the strict form.

import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Issue } from '../../define/issue.ts';
import type { Remark } from '../../define/remark.ts';
import { thresholdOf } from '../../define/rule.ts';
import type { TableDataset } from '../definition.ts';
import { type Dialect, detectDialect } from '../layout/dialect.ts';
import { type CsvLayout, csvLayoutOf } from '../layout/layout.ts';
import { TABLE_LIMITS } from '../limits.ts';
import { looksLikeJson } from '../looks-like-json.ts';
import { headerNames } from './header.ts';
import { type DocumentRows, listsOfRows, rowsOfDocument } from './json/json-document.ts';
import { RECORD_SHAPES } from './json/plain-record.ts';
import { repeatedName } from './json/repeated-name.ts';
import { depthProblem, type JsonProblem, namedTwice, parseJsonText, VALUE_COLUMN } from './json-row.ts';
import { csvStage } from './normalise-csv.ts';
import { type JsonStage, jsonStage } from './normalise-json.ts';
import { brokenRows, mendedRows, type Staged, writer } from './normalised-file.ts';
import { scanPlainCsv } from './plain-csv.ts';
import { openText, RefusedError, refusedError, type SourceText } from './source-text.ts';

const LOOKED_AT_LINES = 20;
const LF = 10;
const CR = 13;

export type DecodedText = {
  readonly path: string;
  readonly file: string;
  readonly folder: string;
  readonly config: TableDataset;
};

/** Throws RefusedError. */
export async function stageText(from: DecodedText): Promise<Staged> {
  const { path, file, config } = from;
  const rule = config.rules['table.encoding'];
  const source = await openText({
    file,
    path,
    encoding: config.table.encoding,
    detection: rule?.action === 'fix' ? { minConfidence: thresholdOf(rule, 'minConfidence') } : undefined,
  });
  return isJson(path, source.sample) ? stageJson(from, source) : stageCsv(from, source);
}

/** `countRecords`: positions are record numbers, because the lines differ from those of the file. */
export async function stageCsv(from: DecodedText, source: SourceText, { countRecords = false } = {}): Promise<Staged> {
  const { path, folder, config } = from;
  const layout = countRecords ? undefined : settleLayout(from, source);
  const dialect = layout?.dialect ?? detectDialect(source.sample, config.table.delimiter).dialect;
  const asItIs = layout && isPlain(layout) ? plainTable(from, source, dialect) : undefined;
  if (asItIs) return asItIs;
  const chunks = layout?.hasLoneReturns ? () => withLineFeeds(source.chunks()) : source.chunks;
  const staged = join(folder, 'rows.csv');
  const out = writer(staged);
  const broken = brokenRows();
  const mended = mendedRows(join(folder, 'mended.csv'));
  let columns: readonly string[] = [];
  const stage = csvStage(
    {
      path,
      dialect,
      mendRagged: config.rules['table.ragged-row']?.action === 'fix',
      countRecords,
      ...(layout && { layout }),
    },
    {
      header(cells) {
        const rules = layout?.isNamed === false || config.table.header ? withoutHeaderRule(config.rules) : config.rules;
        const header = headerNames(cells, path, rules);
        if (!header.ok) return header.issue;
        columns = header.names;
        return undefined;
      },
      write: out.write,
      broken: broken.add,
      mended: mended.add,
    },
  );
  await feed({ ...source, chunks }, stage, out);
  const mendedLines = mended.close();
  return {
    path,
    format: 'csv',
    file: staged,
    delimiter: dialect.delimiter,
    columns,
    spaced: columns.map((_, i) => stage.spaced[i] === 1),
    rows: stage.rows(),
    detectedEncoding: source.detected,
    ...(layout && layout.preamble > 0 && { preamble: layout.preamble }),
    ...(mendedLines !== undefined && { mendedLines }),
    broken,
  };
}

/** Throws RefusedError where there are two readings of the text. */
function settleLayout({ path, config }: DecodedText, { sample }: SourceText): CsvLayout {
  const found = csvLayoutOf(sample, config.table);
  if (found.ok) return found.layout;
  const { given, allowed } = found.problem;
  if (found.code === 'table.no-header' && config.rules['table.no-header']?.action === 'off')
    return settleLayout(
      { path, config: { ...config, table: { ...config.table, header: true } } } as DecodedText,
      {
        sample,
      } as SourceText,
    );
  throw refusedError(found.code, path, given, allowed);
}

/** Returns whether the table begins with its column names and each record is a row. */
function isPlain({ preamble, isNamed, hasRowNames, emptyTail, labelRows, hasLoneReturns }: CsvLayout): boolean {
  return preamble + emptyTail + labelRows === 0 && isNamed && !hasRowNames && !hasLoneReturns;
}

function withoutHeaderRule(rules: TableDataset['rules']): TableDataset['rules'] {
  return { ...rules, 'table.no-header': { action: 'off' } };
}

/** Line feeds for carriage returns that stand alone. */
async function* withLineFeeds(chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  let carry: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([carry, chunk]);
    // The next chunk shows whether a line feed follows the last byte.
    const end = bytes.length - (bytes.at(-1) === CR ? 1 : 0);
    carry = bytes.subarray(end);
    const whole = Buffer.from(bytes.subarray(0, end));
    for (let at = whole.indexOf(CR); at >= 0; at = whole.indexOf(CR, at + 1)) if (bytes[at + 1] !== LF) whole[at] = LF;
    yield whole;
  }
  if (carry.length > 0) yield Buffer.from([LF]);
}

/** Returns the original file if nothing in it must be changed. */
function plainTable(
  { path, file, config }: DecodedText,
  { begins, detected }: SourceText,
  dialect: Dialect,
): Staged | undefined {
  if (begins === undefined) return undefined;
  const descriptor = openSync(file, 'r');
  try {
    const read = (into: Buffer, at: number) => readSync(descriptor, into, 0, into.length, at);
    const found = scanPlainCsv(read, begins, dialect);
    const header = found && headerNames(found.header, path, config.rules);
    if (!found || !header?.ok) return undefined;
    const { rows, spaced, crlf, marks } = found;
    const { delimiter } = dialect;
    const broken = brokenRows();
    const plain = { crlf, marks };
    return {
      path,
      format: 'csv',
      file,
      plain,
      delimiter,
      columns: header.names,
      spaced,
      rows,
      detectedEncoding: detected,
      broken,
    };
  } finally {
    closeSync(descriptor);
  }
}

async function stageJson(from: DecodedText, source: SourceText): Promise<Staged> {
  const { path, folder } = from;
  const staged = join(folder, 'rows.csv');
  const out = writer(staged);
  const broken = brokenRows();
  const stage = jsonStage(path, { write: out.write, broken: broken.add });
  const document = await wholeText(source);
  // Lines that are values keep their line numbers, whatever is between them.
  const found = document !== undefined && !isLines(document) ? rowsOfText(document) : undefined;
  const problem = found && document !== undefined ? documentProblem(document) : undefined;
  if (problem) {
    out.close();
    throw refusedError(problem.code, path, problem.given, problem.allowed);
  }
  if (found) {
    stage.document(found.rows);
    stage.end();
    out.close();
  } else {
    if (document !== undefined && /\.json$/i.test(path) && !firstLineParses(document)) {
      out.close();
      const parsed = parseJsonText(document);
      const given = parsed.ok ? 'no rows' : parsed.problem.given;
      throw refusedError('table.json-syntax', path, given, 'JSON, or one JSON value a line');
    }
    await feed(source, stage, out);
    // The pieces belong to one broken document: single numbers between invalid lines.
    if (document !== undefined && broken.count > stage.rows() && stage.columns().join() === VALUE_COLUMN)
      throw refusedError('table.json-syntax', path, 'no valid JSON', 'one JSON value a line');
  }
  const columns = stage.columns();
  return {
    path,
    format: 'json',
    file: staged,
    delimiter: ',',
    columns,
    spaced: columns.map(() => true),
    rows: stage.rows(),
    detectedEncoding: source.detected,
    broken,
    remarks: remarksOn(path, found, stage),
  };
}

/** Where the rows were found, if they are not the values at the top as they stand. */
function remarksOn(path: string, found: DocumentRows | undefined, stage: JsonStage): Remark[] {
  const { rows, list } = found ?? { rows: [] };
  const inList =
    list === undefined ? [] : [{ items: rows.length, given: `the rows are the list "${list.slice(0, 60)}"` }];
  const shaped = [...stage.shapes()].map(([shape, items]) => ({ items, given: RECORD_SHAPES[shape] }));
  return [...inList, ...shaped].map((one) => ({ code: 'table.json-shape', ...one, examples: [path] }));
}

function rowsOfText(document: string): DocumentRows | undefined {
  return depthProblem(document) ? undefined : rowsOfDocument(document);
}

/** Returns the problem of a document whose rows would lose values silently. */
function documentProblem(document: string): JsonProblem | undefined {
  const twice = repeatedName(document);
  if (twice !== undefined) return { code: 'table.json-syntax', ...namedTwice(twice) };
  const lists = listsOfRows(document);
  const given = `several lists of rows: ${lists?.join(', ').slice(0, 60)}`;
  return lists && { code: 'table.layout', given, allowed: 'one list a file' };
}

type Stage = { readonly push: (chunk: Uint8Array) => Issue | undefined; readonly end: () => Issue | undefined };

async function feed(source: SourceText, stage: Stage, out: ReturnType<typeof writer>): Promise<void> {
  try {
    for await (const chunk of source.chunks()) {
      const issue = stage.push(chunk);
      if (issue) throw new RefusedError(issue);
    }
    const issue = stage.end();
    if (issue) throw new RefusedError(issue);
  } finally {
    out.close();
  }
}

/** Its content decides; where that does not, its name does. */
function isJson(path: string, sample: string): boolean {
  if (/\.(json|jsonl|ndjson|jsonlines)(\.gz)?$/i.test(path)) return true;
  if (/\.(json|jsonl|ndjson|jsonlines)\.\w+$/i.test(path) && /^\s*[[{]/.test(sample)) return true;
  return looksLikeJson(sample);
}

/** Returns undefined if the text is too large or not UTF-8. */
async function wholeText(source: SourceText): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source.chunks()) {
    length += chunk.length;
    if (length > TABLE_LIMITS.jsonDocumentBytes) return undefined;
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}

/** Returns whether each of the first lines is one value. */
function isLines(document: string): boolean {
  const lines = document.split('\n', LOOKED_AT_LINES).filter((line) => line.trim() !== '');
  return lines.length > 1 && lines.slice(0, -1).every((line) => /^[\s]*[[{]/.test(line) && parseJsonText(line).ok);
}

function firstLineParses(document: string): boolean {
  const line = document.split('\n').find((one) => one.trim() !== '');
  return line !== undefined && parseJsonText(line).ok;
}

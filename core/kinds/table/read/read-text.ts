// Brings CSV and JSON into the strict form.

import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Issue } from '../../define/issue.ts';
import { thresholdOf } from '../../define/rule.ts';
import type { TableDataset } from '../definition.ts';
import { TABLE_LIMITS } from '../limits.ts';
import { type Dialect, detectDialect } from './dialect.ts';
import { headerNames } from './header.ts';
import { parseJsonText, VALUE_COLUMN } from './json-row.ts';
import { csvStage } from './normalise-csv.ts';
import { jsonStage } from './normalise-json.ts';
import { brokenRows, type Staged, writer } from './normalised-file.ts';
import { scanPlainCsv } from './plain-csv.ts';
import { openText, RefusedError, refusedError, type SourceText } from './source-text.ts';

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

/** `countRecords`: places are told by record, since the lines are not those of the file. */
export async function stageCsv(from: DecodedText, source: SourceText, { countRecords = false } = {}): Promise<Staged> {
  const { path, folder, config } = from;
  const dialect = detectDialect(source.sample, config.table.delimiter);
  const asItIs = countRecords ? undefined : plainTable(from, source, dialect);
  if (asItIs) return asItIs;
  const staged = join(folder, 'rows.csv');
  const out = writer(staged);
  const broken = brokenRows();
  let columns: readonly string[] = [];
  const stage = csvStage(
    { path, dialect, padShort: config.rules['table.ragged-row']?.action === 'fix', countRecords },
    {
      header(cells) {
        const header = headerNames(cells, path, config.rules);
        if (!header.ok) return header.issue;
        columns = header.names;
        return undefined;
      },
      write: out.write,
      broken: broken.add,
    },
  );
  await feed(source, stage, out);
  return {
    path,
    format: 'csv',
    file: staged,
    delimiter: dialect.delimiter,
    columns,
    spaced: columns.map((_, i) => stage.spaced[i] === 1),
    rows: stage.rows(),
    detectedEncoding: source.detected,
    broken,
  };
}

/** The file itself, where nothing in it needs to be written otherwise. */
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
  const { path, folder, file } = from;
  const staged = join(folder, 'rows.csv');
  const out = writer(staged);
  const broken = brokenRows();
  const stage = jsonStage(path, { write: out.write, broken: broken.add });
  const document = await wholeText(file);
  if (document !== undefined && stage.document(document)) {
    stage.end();
    out.close();
  } else {
    if (document !== undefined && /\.json$/i.test(path) && !firstLineParses(document)) {
      out.close();
      throw refusedError('table.json-syntax', path, 'no valid JSON', 'JSON, or one JSON value a line');
    }
    await feed(source, stage, out);
    // Pieces of one broken document: single numbers between lines that are nothing.
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
  };
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
  const line = sample.trimStart().split('\n', 1)[0] as string;
  return line.startsWith('{') && parseJsonText(line).ok;
}

/** Undefined where the file is too large for that, packed, or no UTF-8. */
async function wholeText(file: string): Promise<string | undefined> {
  if ((await stat(file)).size > TABLE_LIMITS.jsonDocumentBytes) return undefined;
  const bytes = await readFile(file);
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}

function firstLineParses(document: string): boolean {
  const line = document.split('\n').find((one) => one.trim() !== '');
  return line !== undefined && parseJsonText(line).ok;
}

// Reads JSONL line by line, or a document that is one JSON value, and writes rows as CSV: `line,place,text,cells...`.
import { isUtf8 } from 'node:buffer';
import type { Issue } from '../../define/issue.ts';
import { TABLE_LIMITS } from '../limits.ts';
import { quotedCell } from './csv-record.ts';
import { textOfJson } from './json/exact-json.ts';
import { plainRecord, type RecordShape } from './json/plain-record.ts';
import { cellsOfJson, type JsonProblem, parseJsonText, VALUE_COLUMN } from './json-row.ts';
import type { BrokenRow, CsvStage } from './normalise-csv.ts';

const LF = 10;
const BLOCK_BYTES = 2 ** 20;
const BLANK = /^[ \t\r]*$/;

export type JsonSink = { readonly write: (block: Uint8Array) => void; readonly broken: (row: BrokenRow) => void };
export type JsonStage = Pick<CsvStage, 'push' | 'end' | 'rows'> & {
  /** Column names in order of first appearance; rows before a column's first appearance have fewer cells. */
  readonly columns: () => string[];
  /** Takes the rows of a whole document instead of lines. */
  readonly document: (found: readonly unknown[]) => void;
  /** Number of rows of each shape that is not an ordinary one. */
  readonly shapes: () => ReadonlyMap<RecordShape, number>;
};

export function jsonStage(path: string, sink: JsonSink): JsonStage {
  const columns = new Map<string, number>();
  const shapes = new Map<RecordShape, number>();
  let block: string[] = [];
  let blockLength = 0;
  let written = 0;
  let carry: Buffer = Buffer.alloc(0);
  let line = 0;
  let rows = 0;
  let skipping = false;

  const broken = ({ code, given, allowed, column }: JsonProblem, row: string) =>
    sink.broken({
      line,
      issues: [
        { code, place: { path, line, ...(column !== undefined && { column }) }, given, ...(allowed && { allowed }) },
      ],
      row: row.slice(0, TABLE_LIMITS.keptRowLength),
    });

  function flush(): void {
    if (block.length === 0) return;
    const bytes = Buffer.from(block.join(''));
    sink.write(bytes);
    written += bytes.length;
    block = [];
    blockLength = 0;
  }

  /** Returns the problem of a value that is not a row. */
  function row(value: unknown, text: string): JsonProblem | undefined {
    const { value: plain, shape } = plainRecord(value);
    const found = cellsOfJson(plain);
    if (!found.ok) return found.problem;
    for (const name of found.cells.keys()) {
      if (columns.has(name)) continue;
      if (columns.size === TABLE_LIMITS.columns)
        return { code: 'table.too-large', given: 'one more column', allowed: `at most ${TABLE_LIMITS.columns}` };
      columns.set(name, columns.size);
    }
    const cells = new Array<string>(columns.size).fill('');
    for (const [name, cell] of found.cells) cells[columns.get(name) as number] = quotedCell(cell);
    if (blockLength > BLOCK_BYTES) flush();
    const record = `${line},${written + blockLength},${quotedCell(text)}${cells.map((cell) => `,${cell}`).join('')}\n`;
    block.push(record);
    blockLength += Buffer.byteLength(record);
    rows++;
    if (shape !== undefined) shapes.set(shape, (shapes.get(shape) ?? 0) + 1);
    return undefined;
  }

  function lineProblem(bytes: Buffer): JsonProblem | undefined {
    if (bytes.length > TABLE_LIMITS.recordBytes)
      return {
        code: 'table.too-large',
        given: `a line of ${bytes.length} bytes`,
        allowed: `at most ${TABLE_LIMITS.recordBytes} bytes`,
      };
    if (!isUtf8(bytes)) return { code: 'table.encoding', given: 'bytes that are no UTF-8' };
    const text = bytes.toString('utf8');
    if (BLANK.test(text)) return undefined;
    const parsed = parseJsonText(text);
    if (!parsed.ok) return parsed.problem;
    const { value } = parsed;
    // Tools write pages of rows, an array a line.
    const isPage = Array.isArray(value) && value.length > 0 && value.every(isRow);
    if (!isPage) return row(value, text.trim());
    for (const one of value) {
      const problem = row(one, textOfJson(one));
      if (problem) return problem;
    }
    return undefined;
  }

  function take(bytes: Buffer): void {
    line++;
    const problem = lineProblem(bytes);
    if (problem) broken(problem, bytes.toString('utf8', 0, TABLE_LIMITS.keptRowLength));
  }

  return {
    push(chunk): Issue | undefined {
      const bytes =
        carry.length > 0
          ? Buffer.concat([carry, chunk])
          : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      let at = 0;
      for (let next = bytes.indexOf(LF, at); next >= 0; next = bytes.indexOf(LF, at)) {
        if (!skipping) take(bytes.subarray(at, next));
        skipping = false;
        at = next + 1;
      }
      carry = bytes.subarray(at);
      if (carry.length > TABLE_LIMITS.recordBytes) {
        if (!skipping) take(carry);
        skipping = true;
        carry = Buffer.alloc(0);
      }
      return undefined;
    },
    end(): Issue | undefined {
      if (carry.length > 0 && !skipping) take(carry);
      flush();
      return undefined;
    },
    document(found): void {
      for (const one of found) {
        line++;
        const shown = textOfJson(one);
        const problem = row(one, shown);
        if (problem) broken(problem, shown);
      }
    },
    rows: () => rows,
    shapes: () => shapes,
    columns: () => (columns.size > 0 || rows === 0 ? [...columns.keys()] : [VALUE_COLUMN]),
  };
}

function isRow(value: unknown): boolean {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

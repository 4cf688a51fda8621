// The lines between an engine and the kernel: fields separated by tabs, of integers and hexadecimal digits alone. What is not understood is an
// error that quotes the line, never a row that is left out.
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

const [TAB, NEWLINE, MINUS, ZERO, NINE] = [9, 10, 45, 48, 57];
/** Answers that wait for the engine; above it, reading stops. */
const MOST_WAITING_BYTES = 4 * 2 ** 20;
const BLOCK_CHARACTERS = 2 ** 16;
const QUOTED_CHARACTERS = 200;
/** Hexadecimal digits of 32 bits. */
const DIGITS_32 = 8;
/** By character code; 16 for what is no hexadecimal digit. */
const DIGIT_VALUES = Uint8Array.from({ length: 256 }, (_, code) => {
  const value = '0123456789abcdef'.indexOf(String.fromCharCode(code).toLowerCase());
  return value < 0 ? 16 : value;
});

/** A line that the kernel does not understand. */
export class LineError extends Error {
  override name = 'LineError';
}

export type Line = { readonly bytes: Buffer; readonly start: number; readonly end: number; readonly number: number };

/** One row of an answer: `what` it is, three integers and a text. */
export type Emit = (what: string, a: number | bigint, b: number, c: number | bigint, value: string | number) => void;

/** `read`: how much was read, where it is not counted in lines. */
export type Work = (emit: Emit) => {
  readonly visit: (line: Line) => void;
  readonly finish: () => void;
  readonly read?: () => number;
};

/** Calls `visit` with each line, `finish` after the last one, and ends with a receipt: how many lines were read, and how many rows written. */
export async function answerLines(input: Readable, output: Writable, work: Work): Promise<void> {
  let [rows, waiting, size] = [0, [] as string[], 0];
  const flush = () => {
    if (waiting.length > 0) output.write(waiting.join(''));
    [waiting, size] = [[], 0];
  };
  const emit: Emit = (what, a, b, c, value) => {
    const row = `${what}\t${a}\t${b}\t${c}\t${value}\n`;
    rows++;
    waiting.push(row);
    size += row.length;
    if (size > BLOCK_CHARACTERS) flush();
  };
  const { visit, finish, read } = work(emit);
  let [rest, number]: [Buffer, number] = [Buffer.alloc(0), 0];
  for await (const chunk of input as AsyncIterable<Buffer>) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      visit({ bytes, start, end, number: ++number });
      start = end + 1;
    }
    rest = bytes.subarray(start);
    if (output.writableLength > MOST_WAITING_BYTES) await once(output, 'drain');
  }
  if (rest.length > 0) throw new LineError(`The last line does not end: ${quoted(rest, 0, rest.length)}`);
  finish();
  // The receipt is no row of the answer.
  const written = rows;
  emit('=', read?.() ?? number, written, 0, '');
  flush();
}

/** Reads a line of exactly `into.length` integers, and then as many integers of 32 bits as `packed` has, in hexadecimal digits without anything between them. */
export function readPackedLine(line: Line, into: Float64Array, packed: Int32Array): void {
  const { bytes, end, number } = line;
  let at = integersOf(line, into);
  if (bytes[at] !== TAB) throw notIntegers(line, into.length);
  at++;
  if (end - at !== packed.length * DIGITS_32)
    throw new LineError(`Line ${number} has ${end - at} digits in place of ${packed.length * DIGITS_32}.`);
  let wrong = 0;
  for (let i = 0; i < packed.length; i++) {
    let value = 0;
    for (const last = at + DIGITS_32; at < last; at++) {
      const digit = DIGIT_VALUES[bytes[at] as number] as number;
      wrong |= digit;
      value = (value << 4) | digit;
    }
    packed[i] = value;
  }
  if (wrong > 15) throw new LineError(`Line ${number} has a character that is no hexadecimal digit.`);
}

/** Reads integers from the start of a line. Returns where the last one ends. */
function integersOf(line: Line, into: Float64Array): number {
  const { bytes, start, end } = line;
  let at = start;
  for (let field = 0; field < into.length; field++) {
    if (field > 0 && bytes[at++] !== TAB) throw notIntegers(line, into.length);
    const negative = bytes[at] === MINUS;
    if (negative) at++;
    const first = at;
    let value = 0;
    for (let digit = bytes[at] as number; at < end && digit >= ZERO && digit <= NINE; digit = bytes[++at] as number)
      value = value * 10 + (digit - ZERO);
    if (at === first || value > Number.MAX_SAFE_INTEGER) throw notIntegers(line, into.length);
    into[field] = negative ? -value : value;
  }
  return at;
}

function notIntegers({ bytes, start, end, number }: Line, count: number): LineError {
  return new LineError(`Line ${number} has not ${count} integers: ${quoted(bytes, start, end)}`);
}

/** Splits a line into exactly `count` texts. */
export function readTexts({ bytes, start, end, number }: Line, count: number): string[] {
  const texts = bytes.toString('latin1', start, end).split('\t');
  if (texts.length !== count)
    throw new LineError(`Line ${number} has ${texts.length} fields in place of ${count}: ${quoted(bytes, start, end)}`);
  return texts;
}

function quoted(bytes: Buffer, start: number, end: number): string {
  return JSON.stringify(bytes.toString('latin1', start, Math.min(end, start + QUOTED_CHARACTERS)));
}

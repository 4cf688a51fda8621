// The text of a table as UTF-8, whatever it is packed in and written in. It grows no further than it may.
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { LIMITS } from '../../../base/limits.ts';
import type { Issue } from '../../define/issue.ts';
import type { IssueCode } from '../../issues.ts';
import { lenientText, strictDecoder } from '../../reading/code-pages.ts';
import { decodeBytes, settleEncoding } from '../../reading/encoding.ts';
import type { TableConfig } from '../config.ts';

const CHUNK_BYTES = 2 ** 20;
const SAMPLE_BYTES = 2 ** 20;

export type SourceText = {
  /** The beginning, as UTF-8. */
  readonly sample: string;
  /** Undefined if the encoding did not have to be detected. */
  readonly detected: string | undefined;
  /** Offset at which the text begins if the file is already UTF-8; undefined if it must be converted. */
  readonly begins: number | undefined;
  readonly chunks: () => AsyncGenerator<Uint8Array>;
};
export type SourceOptions = {
  readonly file: string;
  readonly path: string;
  readonly encoding: TableConfig['encoding'];
  /** Undefined: only UTF-8, byte order marks and the declared encoding are tried. */
  readonly detection: { readonly minConfidence: number } | undefined;
};

/** Stops the reading of a whole file. */
export class RefusedError extends Error {
  readonly issue: Issue;

  constructor(issue: Issue) {
    super(issue.code);
    this.issue = issue;
  }
}

/** Throws RefusedError; so do the chunks. */
export async function openText(options: SourceOptions): Promise<SourceText> {
  const { file, path, encoding, detection } = options;
  const packed = isGzip(await firstBytes(file, 2));
  const bytes = () => (packed ? unpacked(file, path) : plain(file));
  const start = await startOf(bytes());
  if (start.length === 0) throw refusedError('upload.empty', path);
  if (isGzip(start)) throw refusedError('table.corrupt', path, 'gzip inside of gzip', 'one layer');
  const reading = settleEncoding(start, encoding, detection);
  if (!reading)
    throw refusedError(
      'table.encoding',
      path,
      'what looks like UTF-16 without a byte order mark',
      'UTF-8, or an encoding named in dataset.yaml',
    );
  if (reading.unread !== undefined) throw refusedError('table.encoding', path, `text in ${reading.unread}`, 'UTF-8');
  if (reading.guess !== undefined)
    throw refusedError(
      'table.encoding',
      path,
      `perhaps ${reading.guess}`,
      'UTF-8, or the right one named in dataset.yaml (table: { encoding: ... })',
    );
  const { encoding: settled, bom, detected } = reading;
  return {
    sample: sampleOf(start.subarray(bom), settled),
    detected: detected ? settled : undefined,
    begins: settled === 'utf-8' && !packed ? bom : undefined,
    chunks: () => (settled === 'utf-8' ? without(bom, bytes()) : transcoded(without(bom, bytes()), settled, path)),
  };
}

/** Invalid bytes are left to the reading of the rows. */
function sampleOf(bytes: Uint8Array, encoding: string): string {
  const decoded = decodeBytes(bytes, encoding);
  return decoded.ok ? decoded.text : lenientText(bytes, encoding);
}

export async function firstBytes(file: string, count: number): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

export function refusedError(code: IssueCode, path: string, given?: string, allowed?: string): RefusedError {
  return new RefusedError({
    code,
    place: { path },
    ...(given !== undefined && { given }),
    ...(allowed !== undefined && { allowed }),
  });
}

async function* plain(file: string): AsyncGenerator<Buffer> {
  yield* createReadStream(file, { highWaterMark: CHUNK_BYTES });
}

async function* unpacked(file: string, path: string): AsyncGenerator<Buffer> {
  const source = createReadStream(file, { highWaterMark: 64 * 1024 });
  let read = 0;
  source.on('data', (chunk) => {
    read += chunk.length;
  });
  const gunzip = source.pipe(createGunzip({ chunkSize: 256 * 1024 }));
  source.on('error', (error) => gunzip.destroy(error));
  let grown = 0;
  try {
    for await (const chunk of gunzip) {
      grown += chunk.length;
      if (grown > LIMITS.tableBytes)
        throw refusedError('table.too-large', path, 'more bytes, unpacked', `at most ${LIMITS.tableBytes} bytes`);
      if (grown > LIMITS.archiveRatioFloorBytes && grown > read * LIMITS.archiveRatio)
        throw refusedError(
          'table.too-large',
          path,
          `${read} bytes that unpack to more than ${grown}`,
          `at most ${LIMITS.archiveRatio} to 1`,
        );
      yield chunk;
    }
  } catch (error) {
    if (error instanceof RefusedError) throw error;
    throw refusedError('table.corrupt', path, 'gzip that does not unpack');
  } finally {
    source.destroy();
  }
}

/** Returns enough of the text to detect the encoding and the dialect, cut after a line if possible. */
async function startOf(bytes: AsyncGenerator<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= SAMPLE_BYTES) break;
  }
  const start = Buffer.concat(chunks);
  const lastLine = start.lastIndexOf(10);
  return length >= SAMPLE_BYTES && lastLine > 0
    ? start.subarray(0, lastLine + 1 + (start[lastLine + 1] === 0 ? 1 : 0))
    : start;
}

async function* without(count: number, bytes: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let left = count;
  for await (const chunk of bytes) {
    const skipped = Math.min(left, chunk.length);
    left -= skipped;
    if (skipped < chunk.length) yield chunk.subarray(skipped);
  }
}

async function* transcoded(bytes: AsyncGenerator<Buffer>, encoding: string, path: string): AsyncGenerator<Uint8Array> {
  const decoder = strictDecoder(encoding);
  const decode = (chunk?: Uint8Array) => {
    try {
      return Buffer.from(decoder.decode(chunk, { stream: chunk !== undefined }));
    } catch {
      throw refusedError('table.encoding', path, `bytes that are not ${encoding}`);
    }
  };
  for await (const chunk of bytes) yield decode(chunk);
  yield decode();
}

function isGzip(start: Uint8Array): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}

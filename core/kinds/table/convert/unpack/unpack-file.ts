// Unpacks a file of one stream: Zstandard, bzip2, xz, LZ4, Snappy. It grows no further than it may.
import { createReadStream, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createZstdDecompress } from 'node:zlib';
import { LIMITS } from '../../../../base/limits.ts';
import type { Format } from '../../../formats/format.ts';
import { FORMATS } from '../../../formats/register.ts';
import { RefusedError, refusedError } from '../../read/source-text.ts';
import { lz4Blocks } from './unpack-lz4.ts';
import { snappyBlocks } from './unpack-snappy.ts';

type Unpack = (file: string) => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

const UNPACK: ReadonlyMap<Format, Unpack> = new Map<Format, Unpack>([
  [FORMATS.zstd, unzstd],
  [FORMATS.bzip2, unbzip2],
  [FORMATS.xz, unxz],
  [FORMATS.lz4, (file) => lz4Blocks(readFileSync(file))],
  [FORMATS.snappy, (file) => snappyBlocks(readFileSync(file))],
  [FORMATS.rawSnappy, (file) => snappyBlocks(readFileSync(file))],
]);

export function isUnpacked(format: Format): boolean {
  return UNPACK.has(format);
}

/** Writes what is in `file` to `to`. Throws RefusedError. */
export async function unpackFile(
  { file, path, to }: { readonly file: string; readonly path: string; readonly to: string },
  format: Format,
): Promise<void> {
  const packed = await open(file);
  const { size } = await packed.stat();
  await packed.close();
  const most = Math.min(LIMITS.tableBytes, Math.max(LIMITS.archiveRatioFloorBytes, size * LIMITS.archiveRatio));
  const output = await open(to, 'w');
  let grown = 0;
  try {
    for await (const chunk of (UNPACK.get(format) as Unpack)(file)) {
      grown += chunk.length;
      if (grown > most)
        throw refusedError(
          'table.too-large',
          path,
          `${size} bytes that unpack to more than ${most}`,
          `at most ${LIMITS.archiveRatio} to 1`,
        );
      await output.write(chunk);
    }
  } catch (error) {
    if (error instanceof RefusedError) throw error;
    throw refusedError('table.corrupt', path, `${format.name} that does not unpack`);
  } finally {
    await output.close();
  }
}

async function* unzstd(file: string): AsyncGenerator<Uint8Array> {
  const source = createReadStream(file);
  const unpack = createZstdDecompress();
  source.on('error', (error) => unpack.destroy(error));
  try {
    for await (const chunk of source.pipe(unpack)) yield chunk as Uint8Array;
  } finally {
    source.destroy();
    unpack.destroy();
  }
}

async function* unxz(file: string): AsyncGenerator<Uint8Array> {
  // A CommonJS module, whose exports Node offers as the default one and bundlers by their names, too.
  const { default: loaded } = (await import('xz-decompress')) as unknown as { default: typeof import('xz-decompress') };
  const { XzReadableStream } = loaded;
  const stream = new XzReadableStream(Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>);
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}

/** Block by block, by the places where blocks begin. */
async function* unbzip2(file: string): AsyncGenerator<Uint8Array> {
  const { default: bunzip } = await import('seek-bzip');
  const bytes = readFileSync(file);
  const chunks: Uint8Array[] = [];
  let chunk = new Uint8Array(2 ** 20);
  let length = 0;
  let total = 0;
  const most = Math.min(LIMITS.tableBytes, Math.max(LIMITS.archiveRatioFloorBytes, bytes.length * LIMITS.archiveRatio));
  const writeByte = (byte: number) => {
    if (length === chunk.length) {
      chunks.push(chunk);
      chunk = new Uint8Array(2 ** 20);
      length = 0;
    }
    chunk[length++] = byte;
    // One extra byte shows that the limit is exceeded.
    if (++total > most + 1) throw new Error('too much');
  };
  try {
    bunzip.decode(bytes, { writeByte, flush: () => undefined }, true);
  } catch (error) {
    if (total <= most) throw error;
  }
  yield* chunks;
  yield chunk.subarray(0, length);
}

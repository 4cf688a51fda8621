// Unpacks a file of one stream: gzip, Zstandard, bzip2, xz, LZ4, Snappy. It grows no further than it may.
import { createReadStream, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { LIMITS } from '../../../../base/limits.ts';
import type { Format } from '../../../formats/format.ts';
import { FORMATS } from '../../../formats/register.ts';
import { RefusedError, refusedError } from '../../read/source-text.ts';
import { bzip2Chunks } from './unpack-bzip2.ts';
import { lz4Blocks } from './unpack-lz4.ts';
import { snappyBlocks } from './unpack-snappy.ts';
import { xzChunks } from './unpack-xz.ts';
import { zstdChunks } from './unpack-zstd.ts';

type Unpack = (file: string) => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

const UNPACK: ReadonlyMap<Format, Unpack> = new Map<Format, Unpack>([
  [FORMATS.gzip, (file) => createReadStream(file).pipe(createGunzip()) as AsyncIterable<Uint8Array>],
  [FORMATS.zstd, (file) => zstdChunks(readFileSync(file))],
  [FORMATS.bzip2, unbzip2],
  [FORMATS.xz, (file) => xzChunks(createReadStream(file))],
  [FORMATS.lz4, (file) => lz4Blocks(readFileSync(file))],
  [FORMATS.snappy, (file) => snappyBlocks(readFileSync(file))],
  [FORMATS.rawSnappy, (file) => snappyBlocks(readFileSync(file))],
]);

/** What the reader of a format knows less of than the program that packs. */
const HOW_ELSE: ReadonlyMap<Format, string> = new Map<Format, string>([
  [FORMATS.xz, 'without a filter for programs and with a check of CRC; otherwise unpack it first: unxz -k FILE'],
  [FORMATS.zstd, 'without a dictionary; otherwise unpack it first: unzstd FILE'],
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
  const most = mostUnpacked(size);
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
    throw refusedError('table.corrupt', path, `${format.name} that does not unpack`, HOW_ELSE.get(format));
  } finally {
    await output.close();
  }
}

async function* unbzip2(file: string): AsyncGenerator<Uint8Array> {
  const packed = readFileSync(file);
  yield* await bzip2Chunks(packed, mostUnpacked(packed.length));
}

function mostUnpacked(packedBytes: number): number {
  return Math.min(LIMITS.tableBytes, Math.max(LIMITS.archiveRatioFloorBytes, packedBytes * LIMITS.archiveRatio));
}

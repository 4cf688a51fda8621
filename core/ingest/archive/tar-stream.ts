// The bytes of a tar archive, gunzipped where they have to be, up to the limits.
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { LIMITS } from '../../base/limits.ts';
import type { ReadRange } from '../../base/read-range.ts';
import type { Issue } from '../../kinds/define/issue.ts';
import type { IssueCode } from '../../kinds/issues.ts';

const RANGE_BYTES = 8 * 2 ** 20;

export type TarSource = { readonly size: number; readonly gzip: boolean; readonly readRange: ReadRange };

/** Stops the reading of a hostile or broken archive. It is only thrown inside this folder. */
export class RefusedTar extends Error {
  readonly issue: Issue;
  constructor(code: IssueCode, given?: string, allowed?: string) {
    super(code);
    this.issue = { code, place: {}, ...(given !== undefined && { given }), ...(allowed !== undefined && { allowed }) };
  }
}

/** Throws RefusedTar, and what `readRange` throws. */
export async function* unpackedTar({ size, gzip, readRange }: TarSource): AsyncGenerator<Uint8Array> {
  const packed = { bytes: 0, failure: undefined as unknown };
  const ranges = async function* () {
    for (let first = 0; first < size; first += RANGE_BYTES) {
      try {
        const bytes = await readRange(first, Math.min(first + RANGE_BYTES, size) - 1);
        packed.bytes += bytes.length;
        yield bytes;
      } catch (error) {
        packed.failure = error;
        throw error;
      }
    }
  };
  let total = 0;
  try {
    for await (const chunk of gzip ? gunzipped(ranges()) : ranges()) {
      total += chunk.length;
      if (total > LIMITS.tarBytes)
        throw new RefusedTar('archive.too-large', `${total} bytes and more`, `at most ${LIMITS.tarBytes} bytes`);
      if (total > LIMITS.archiveRatioFloorBytes && total > packed.bytes * LIMITS.archiveRatio)
        throw new RefusedTar(
          'archive.ratio',
          `${packed.bytes} bytes unpack to ${total}`,
          `at most ${LIMITS.archiveRatio} times`,
        );
      yield chunk;
    }
  } catch (error) {
    if (packed.failure) throw packed.failure;
    if (error instanceof RefusedTar || (error as NodeJS.ErrnoException).code?.startsWith('Z_') !== true) throw error;
    const { message } = error as Error;
    // The first member is gzip, or it would be no archive.
    if (/incorrect header check/.test(message))
      throw new RefusedTar(
        'archive.corrupt',
        'other bytes behind the gzip data',
        'nothing behind it: gunzip, then gzip',
      );
    throw new RefusedTar('archive.corrupt', message);
  }
}

async function* gunzipped(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(packed);
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  try {
    for await (const chunk of source.pipe(gunzip)) yield chunk as Uint8Array;
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

// What the first bytes of a gzipped file unpack to.
import { promisify } from 'node:util';
import { inflateRaw, constants as zlib } from 'node:zlib';

const GZIP_HEADER_BYTES = 10;
/** Deflate packs at most 1,032 to 1. */
const LARGEST_EXPANSION = 1032;

/** Returns nothing if they do not unpack. */
export async function gunzipStart(start: Uint8Array): Promise<Uint8Array> {
  const options = { finishFlush: zlib.Z_SYNC_FLUSH, maxOutputLength: start.length * LARGEST_EXPANSION };
  // Not by gunzip, which gives nothing if other bytes stand behind the data.
  return promisify(inflateRaw)(start.subarray(gzipHeaderBytes(start)), options).catch(() => new Uint8Array());
}

/** Returns the length of the header of a gzip member (RFC 1952, section 2.3). */
function gzipHeaderBytes(start: Uint8Array): number {
  const flags = start[3] ?? 0;
  let at = GZIP_HEADER_BYTES;
  if (flags & 4) at += 2 + (start[at] ?? 0) + 256 * (start[at + 1] ?? 0);
  // The name and the comment end with a zero byte.
  for (const flag of [8, 16]) if (flags & flag) at = start.indexOf(0, at) + 1 || start.length;
  return at + (flags & 2 ? 2 : 0);
}

// Unpacks a text that is packed by gzip, as files end with .gz and as stores keep objects with "Content-Encoding: gzip".
import { gunzipSync } from 'node:zlib';
import { LIMITS } from '../../../base/limits.ts';
import type { Issue } from '../../define/issue.ts';

type Unpacked =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | ({ readonly ok: false; readonly given: string } & Pick<Issue, 'code' | 'allowed'>);

/** Returns what is not packed as it is, and so lines that were cut out of a file (`firstLine` beyond the first). */
export function unpackedText({
  bytes,
  firstLine = 1,
}: {
  bytes: Uint8Array;
  firstLine?: number | undefined;
}): Unpacked {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;
  if (firstLine > 1 || !isGzip) return { ok: true, bytes };
  try {
    return { ok: true, bytes: gunzipSync(bytes, { maxOutputLength: LIMITS.textUnitBytes }) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE')
      return { ok: false, code: 'text.broken-document', given: 'gzip that does not unpack' };
    const allowed = `at most ${LIMITS.textUnitBytes} bytes; otherwise unpack it first: gunzip -k FILE`;
    return { ok: false, code: 'text.too-long', given: 'gzip that unpacks to more', allowed };
  }
}

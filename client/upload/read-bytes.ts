// Reads part of a file.
import { closeSync, openSync, readSync } from 'node:fs';

/** Returns `length` bytes from `offset`, or fewer where the file ends sooner. */
export function readBytes(path: string, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const file = openSync(path, 'r');
  try {
    let read = 0;
    while (read < length) {
      const more = readSync(file, bytes, read, length - read, offset + read);
      if (more === 0) break;
      read += more;
    }
    return bytes.subarray(0, read);
  } finally {
    closeSync(file);
  }
}

// The bytes of a split: in memory, or in a file of which single items are read where they are needed.
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';

/** Node.js reads no file of 2 GiB or more at once; below this size a split is read whole, as memory is faster than a call an item. */
const MOST_BYTES_IN_MEMORY = 2 ** 30;

/** Bytes of which ranges can be read; a Uint8Array is one. */
export type ByteRange = {
  readonly length: number;
  /** Returns the bytes from `first` up to, not including, `end`. */
  subarray(first: number, end: number): Uint8Array;
};

export type OpenBytes = { readonly bytes: ByteRange; readonly close: () => void };

/** Opens a file of items. Files of more than `mostInMemory` bytes are read range by range, from any offset. */
export function openBytes(file: string, mostInMemory = MOST_BYTES_IN_MEMORY): OpenBytes {
  const descriptor = openSync(file, 'r');
  const length = fstatSync(descriptor).size;
  const close = () => closeSync(descriptor);
  if (length > mostInMemory) return { bytes: rangesOf(descriptor, length, file), close };
  const bytes = readFileSync(descriptor);
  close();
  return { bytes, close: () => undefined };
}

function rangesOf(descriptor: number, length: number, file: string): ByteRange {
  return {
    length,
    subarray(first, end) {
      const bytes = new Uint8Array(Math.max(0, Math.min(end, length) - first));
      for (let filled = 0; filled < bytes.length; ) {
        const read = readSync(descriptor, bytes, filled, bytes.length - filled, first + filled);
        if (read === 0) throw new RangeError(`${file} ended at byte ${first + filled} of ${length}`);
        filled += read;
      }
      return bytes;
    },
  };
}

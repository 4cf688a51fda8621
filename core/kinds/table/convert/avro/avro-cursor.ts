// A cursor over Avro bytes, from which values are read in order.

/** The bytes are not valid Avro. The message is for people. */
export class BrokenAvroError extends Error {}

export type AvroCursor = {
  readonly at: number;
  /** Zigzag of a variable length. */
  long(): bigint;
  /** A long that counts bytes or items. */
  length(): number;
  /** Returns the number of values of a block of an array or map; the optional size is skipped. */
  blockCount(): number;
  bytes(): Uint8Array;
  text(): string;
  float(): number;
  double(): number;
  take(count: number): Uint8Array;
};

const MOST_LENGTH = 2n ** 31n;

/** Creates a cursor. Each of its functions throws BrokenAvroError at the end of the bytes. */
export function avroCursor(bytes: Uint8Array, start: number): AvroCursor {
  let at = start;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder('utf-8');
  const take = (count: number) => {
    if (at + count > bytes.length) throw new BrokenAvroError('values beyond the end');
    at += count;
    return bytes.subarray(at - count, at);
  };
  const long = () => {
    let low = 0;
    let high = 0n;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = (take(1)[0] as number) | 0;
      if (shift < 28) low |= (byte & 0x7f) << shift;
      else high |= BigInt(byte & 0x7f) << BigInt(shift);
      if (byte >= 0x80) continue;
      const raw = BigInt.asUintN(64, high | BigInt(low));
      return (raw >> 1n) ^ -(raw & 1n);
    }
    throw new BrokenAvroError('a number of more than ten bytes');
  };
  const length = () => {
    const value = long();
    if (value < 0n || value > MOST_LENGTH) throw new BrokenAvroError(`a length of ${value}`);
    return Number(value);
  };
  return {
    get at() {
      return at;
    },
    long,
    length,
    blockCount() {
      const count = long();
      if (count >= 0n) {
        if (count > MOST_LENGTH) throw new BrokenAvroError(`${count} items`);
        return Number(count);
      }
      length();
      if (-count > MOST_LENGTH) throw new BrokenAvroError(`${-count} items`);
      return Number(-count);
    },
    bytes: () => take(length()),
    text: () => decoder.decode(take(length())),
    float() {
      take(4);
      return view.getFloat32(at - 4, true);
    },
    double() {
      take(8);
      return view.getFloat64(at - 8, true);
    },
    take,
  };
}

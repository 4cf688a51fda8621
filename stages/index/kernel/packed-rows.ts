// Collects hashes of many places and packs up to a thousand of one place into one row.

/** A packed hash: item, high and low half, as unsigned integers of 32 bits, the lowest byte first. */
export const HASH_BYTES = 12;
const HASHES_A_ROW = 1_000;

type Row = { readonly bytes: Buffer; length: number };

/** `send` gets the hashes of a place in hexadecimal digits, when a row is full and, after `finish`, what is left. */
export function packedRows(send: (place: number, hashes: string) => void) {
  const rows = new Map<number, Row>();
  const flush = (place: number, row: Row) => {
    send(place, row.bytes.toString('hex', 0, row.length));
    row.length = 0;
  };
  const add = (place: number, item: number, high: number, low: number) => {
    let row = rows.get(place);
    if (!row) {
      row = { bytes: Buffer.allocUnsafe(HASHES_A_ROW * HASH_BYTES), length: 0 };
      rows.set(place, row);
    }
    const { bytes, length } = row;
    bytes.writeUInt32LE(item, length);
    bytes.writeUInt32LE(high, length + 4);
    bytes.writeUInt32LE(low, length + 8);
    row.length += HASH_BYTES;
    if (row.length === bytes.length) flush(place, row);
  };
  const finish = () => {
    for (const [place, row] of rows) if (row.length > 0) flush(place, row);
  };
  return { add, finish };
}

/** Reads the hexadecimal digits of whole packed hashes; undefined if they are anything else. */
export function packedHashes(digits: string): Buffer | undefined {
  // Reading ends at the first character that is no digit.
  const bytes = Buffer.from(digits, 'hex');
  return bytes.length > 0 && 2 * bytes.length === digits.length && bytes.length % HASH_BYTES === 0 ? bytes : undefined;
}

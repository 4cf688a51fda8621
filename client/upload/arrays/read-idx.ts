// Reads the IDX files of MNIST: big-endian header, then bytes. http://yann.lecun.com/exdb/mnist/ (section "file formats")

const UNSIGNED_BYTE = 0x08;

export type Idx = { readonly shape: readonly number[]; readonly values: Uint8Array };

/** Throws RangeError when the bytes are no IDX array of unsigned bytes, or do not fill its shape. */
export function readIdx(bytes: Uint8Array): Idx {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dimensions = bytes[3] ?? 0;
  if (bytes.length < 4 + 4 * dimensions || view.getUint16(0) !== 0 || bytes[2] !== UNSIGNED_BYTE) {
    throw new RangeError('not an IDX array of unsigned bytes');
  }
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const values = bytes.subarray(4 + 4 * dimensions);
  const size = shape.reduce((product, side) => product * side, 1);
  if (values.length !== size) throw new RangeError(`IDX holds ${values.length} values, its shape needs ${size}`);
  return { shape, values };
}

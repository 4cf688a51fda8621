// NumPy's .npy format, version 1.0, the format of shards:
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html

const MAGIC = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0);
const ALIGNMENT = 64;
const DESCRIPTORS = { '|u1': Uint8Array, '<i2': Int16Array, '<i4': Int32Array, '<f4': Float32Array } as const;

type Descriptor = keyof typeof DESCRIPTORS;
export type NpyValues = Uint8Array | Int16Array | Int32Array | Float32Array;
export type NpyArray = { readonly shape: readonly number[]; readonly values: NpyValues };

/** Returns the .npy file of one row-major array. Throws RangeError if `values` does not fill `shape`. */
export function encodeNpy({ shape, values }: NpyArray): Uint8Array {
  if (values.length !== sizeOf(shape))
    throw new RangeError(`${values.length} values do not fill [${shape.join(', ')}]`);
  const header = headerOf(descriptorOf(values), shape);
  const out = new Uint8Array(header.length + values.byteLength);
  out.set(header);
  out.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), header.length);
  return out;
}

/** Parses a .npy file of the supported types. Throws RangeError for anything else. */
export function decodeNpy(bytes: Uint8Array): NpyArray {
  if (bytes.length < 10 || MAGIC.some((byte, i) => i !== 6 && bytes[i] !== byte))
    throw new RangeError('not an .npy array');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const long = (bytes[6] as number) > 1;
  if (long && bytes.length < 12) throw new RangeError('the .npy header is truncated');
  const start = (long ? 12 : 10) + (long ? view.getUint32(8, true) : view.getUint16(8, true));
  const header = new TextDecoder('latin1').decode(bytes.subarray(long ? 12 : 10, start));
  const descriptor = /'descr':\s*'([^']+)'/.exec(header)?.[1];
  const shape = /'shape':\s*\(([^)]*)\)/
    .exec(header)?.[1]
    ?.split(',')
    .flatMap((part) => (part.trim() ? [Number(part)] : []));
  if (!isDescriptor(descriptor) || !shape?.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw new RangeError(`.npy type ${descriptor ?? 'missing'} is none of ${Object.keys(DESCRIPTORS).join(', ')}`);
  }
  if (/'fortran_order':\s*True/.test(header)) throw new RangeError('.npy arrays in Fortran order are not supported');
  const Values = DESCRIPTORS[descriptor];
  const byteLength = sizeOf(shape) * Values.BYTES_PER_ELEMENT;
  if (bytes.length - start !== byteLength)
    throw new RangeError(`.npy holds ${bytes.length - start} bytes, its shape needs ${byteLength}`);
  // Buffer.slice() does not copy, and its `buffer` would be the whole underlying memory.
  return { shape, values: new Values(new Uint8Array(bytes.subarray(start, start + byteLength)).buffer) };
}

function headerOf(descriptor: Descriptor, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const dictionary = `{'descr': '${descriptor}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const padding = (ALIGNMENT - ((10 + dictionary.length + 1) % ALIGNMENT)) % ALIGNMENT;
  const text = new TextEncoder().encode(`${dictionary}${' '.repeat(padding)}\n`);
  const out = new Uint8Array(10 + text.length);
  out.set(MAGIC);
  new DataView(out.buffer).setUint16(8, text.length, true);
  out.set(text, 10);
  return out;
}

function descriptorOf(values: NpyValues): Descriptor {
  if (values instanceof Uint8Array) return '|u1';
  if (values instanceof Int16Array) return '<i2';
  return values instanceof Int32Array ? '<i4' : '<f4';
}

function isDescriptor(text: string | undefined): text is Descriptor {
  return text !== undefined && Object.hasOwn(DESCRIPTORS, text);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

// PyTorch's legacy checkpoint format: four pickles (magic number, protocol, platform, tensors), the order of the storages, their bytes.
import type { StateEntry } from '../engine/types.ts';
import { readPickle, type TensorReference } from './pickle.ts';

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;
const ITEM_BYTES = { float32: 4, int64: 8 } as const;
const COUNT_BYTES = 8;

/** The float32 tensors of a state_dict by name; counters (int64) are left out. Throws on any other format. */
export function readPytorchCheckpoint(bytes: Buffer): Map<string, StateEntry> {
  const pickles: unknown[] = [];
  let at = 0;
  for (let i = 0; i < 5; i++) {
    const { value, end } = readPickle(bytes, at);
    pickles.push(value);
    at = end;
  }
  const [magic, protocol, platform, tensors, order] = pickles;
  if (magic !== MAGIC || protocol !== PROTOCOL)
    throw new Error('this is no checkpoint in the legacy format of PyTorch');
  if (!(platform instanceof Map) || platform.get('little_endian') !== true)
    throw new Error('the checkpoint is not little endian');
  if (!(tensors instanceof Map) || !Array.isArray(order)) throw new Error('the checkpoint holds no named tensors');
  const references = [...(tensors as Map<string, TensorReference>)];
  const types = new Map(references.map(([, { storage, dtype }]) => [storage, dtype]));
  const storages = new Map<string, Buffer>();
  for (const key of order as string[]) {
    const dtype = types.get(key);
    if (dtype === undefined) throw new Error(`no tensor uses the storage ${key}`);
    const length = Number(bytes.readBigInt64LE(at)) * ITEM_BYTES[dtype];
    at += COUNT_BYTES;
    if (length < 0 || at + length > bytes.length) throw new Error('the checkpoint is cut short');
    storages.set(key, bytes.subarray(at, at + length));
    at += length;
  }
  return new Map(
    references
      .filter(([, { dtype }]) => dtype === 'float32')
      .map(([name, reference]) => [name, tensorOf(name, reference, storages)]),
  );
}

/** Returns the values in the order of the axes, whatever their order in the storage. */
function tensorOf(
  name: string,
  { storage, offset, shape, strides }: TensorReference,
  storages: ReadonlyMap<string, Buffer>,
): StateEntry {
  const bytes = storages.get(storage);
  const last = shape.reduce((at, size, axis) => at + (size - 1) * (strides[axis] as number), offset);
  if (bytes === undefined || offset < 0 || (last + 1) * ITEM_BYTES.float32 > bytes.length) {
    throw new Error(`${name} lies outside its storage`);
  }
  const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
  for (let i = 0; i < values.length; i++) {
    let at = offset;
    for (let axis = shape.length - 1, rest = i; axis >= 0; axis--) {
      const size = shape[axis] as number;
      at += (rest % size) * (strides[axis] as number);
      rest = Math.floor(rest / size);
    }
    values[i] = bytes.readFloatLE(at * ITEM_BYTES.float32);
  }
  return { shape, values };
}

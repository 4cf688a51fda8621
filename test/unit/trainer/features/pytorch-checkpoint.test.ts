import { describe, expect, test } from 'vitest';
import { readPickle } from '../../../../containers/trainer/features/pickle.ts';
import { readPytorchCheckpoint } from '../../../../containers/trainer/features/pytorch-checkpoint.ts';

const bytes = (...parts: (string | number | Buffer)[]): Buffer =>
  Buffer.concat(
    parts.map((part) =>
      typeof part === 'number' ? Buffer.of(part) : typeof part === 'string' ? Buffer.from(part) : part,
    ),
  );
const text = (value: string) => {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(value.length);
  return bytes('X', length, value);
};
const integers = (...values: number[]) => bytes('(', ...values.flatMap((value) => ['K', value]), 't');
const PROTOCOL_2 = Buffer.of(0x80, 2);
const magic = bytes(PROTOCOL_2, 0x8a, 10, Buffer.from('6cfc9c46f9206aa85019', 'hex'), '.');
const protocol = bytes(PROTOCOL_2, 'M', Buffer.of(0xe9, 3), '.');
const platform = bytes(PROTOCOL_2, '}', text('little_endian'), 0x88, 's.');
const storageId = bytes('(', text('storage'), 'ctorch\nFloatStorage\n', text('7'), text('cpu'), 'K', 6, 'NtQ');

/** A checkpoint of one tensor w [2, 3], of whose axes the first runs fastest in memory. */
function checkpoint({ rebuild = 'ctorch._utils\n_rebuild_tensor_v2\n', shape = [2, 3] } = {}): Buffer {
  const tensor = bytes(rebuild, '(', storageId, 'K', 0, integers(...shape), integers(1, 2), 0x89, ')tR');
  const tensors = bytes(PROTOCOL_2, 'ccollections\nOrderedDict\n)R', text('w'), tensor, 's.');
  const order = bytes(PROTOCOL_2, ']', '(', text('7'), 'e.');
  const count = Buffer.alloc(8);
  count.writeBigInt64LE(6n);
  return bytes(magic, protocol, platform, tensors, order, count, Buffer.from(Float32Array.of(1, 2, 3, 4, 5, 6).buffer));
}

test('a tensor is read in the order of its axes, however it lies in its storage', () => {
  const tensors = readPytorchCheckpoint(checkpoint());
  expect([...tensors.keys()]).toEqual(['w']);
  expect(tensors.get('w')?.shape).toEqual([2, 3]);
  expect([...(tensors.get('w')?.values ?? [])]).toEqual([1, 3, 5, 2, 4, 6]);
});

describe('what is not on the list is refused before it can run', () => {
  test('a callable', () => {
    const hostile = bytes(PROTOCOL_2, 'cos\nsystem\n', text('echo harm'), 0x85, 'R.');
    expect(() => readPickle(hostile, 0)).toThrow('os.system, which is not on the list');
    expect(() => readPytorchCheckpoint(checkpoint({ rebuild: 'cbuiltins\neval\n' }))).toThrow('builtins.eval');
  });
  test('an opcode', () => {
    expect(() => readPickle(bytes(PROTOCOL_2, 'i', 'os\nsystem\n', '.'), 0)).toThrow('opcode 0x69');
  });
  test('a call of something that is no callable', () => {
    expect(() => readPickle(bytes(PROTOCOL_2, 'K', 1, ')R.'), 0)).toThrow('calls something that is no callable');
  });
});

describe('a damaged file is refused', () => {
  test.each([10, 40, 200])('cut after %i bytes', (length) => {
    expect(() => readPytorchCheckpoint(checkpoint().subarray(0, length))).toThrow();
  });
  test('a tensor that reaches beyond its storage', () => {
    expect(() => readPytorchCheckpoint(checkpoint({ shape: [2, 4] }))).toThrow('w lies outside its storage');
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeNpy, encodeNpy, type NpyValues } from '#core/base/npy.ts';

/** numpy.save of numpy.arange(6, dtype='<i4').reshape(2, 3), as NumPy writes it. */
const FROM_NUMPY = Buffer.concat([
  Buffer.from('\x93NUMPY\x01\x00v\x00', 'latin1'),
  Buffer.from(`{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), }${' '.repeat(58)}\n`, 'latin1'),
  Buffer.from(Int32Array.from([0, 1, 2, 3, 4, 5]).buffer),
]);

const arrays = fc
  .tuple(
    fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 }),
    fc.constantFrom(Uint8Array, Int16Array, Int32Array, Float32Array),
  )
  .map(([shape, Values]) => {
    const length = shape.reduce((product, size) => product * size, 1);
    const values: NpyValues = new Values(length);
    for (let i = 0; i < length; i++) values[i] = (i * 37) % 251;
    return { shape, values };
  });

test('bytes are those that NumPy writes', () => {
  const array = { shape: [2, 3], values: Int32Array.from([0, 1, 2, 3, 4, 5]) };
  expect(Buffer.from(encodeNpy(array)).equals(FROM_NUMPY)).toBe(true);
  expect(decodeNpy(FROM_NUMPY)).toEqual(array);
});

test('what is encoded comes back, and its data is aligned', () => {
  fc.assert(
    fc.property(arrays, (array) => {
      const bytes = encodeNpy(array);
      expect((bytes.length - array.values.byteLength) % 64).toBe(0);
      expect(decodeNpy(bytes)).toEqual(array);
    }),
  );
});

test('an array inside a larger Buffer is read alone, and shares no memory with it', () => {
  const array = { shape: [3], values: Int16Array.from([1, -2, 3]) };
  const bytes = encodeNpy(array);
  const pool = Buffer.concat([Buffer.alloc(13, 7), bytes, Buffer.alloc(9, 7)]);
  const decoded = decodeNpy(pool.subarray(13, 13 + bytes.length));
  pool.fill(0);
  expect(decoded).toEqual(array);
});

test('values that do not fill the shape are refused', () => {
  expect(() => encodeNpy({ shape: [2, 2], values: new Uint8Array(3) })).toThrow(/3 values do not fill \[2, 2\]/);
});

test('bytes that are no such array are refused with a RangeError, never with anything else', () => {
  const valid = encodeNpy({ shape: [4], values: Uint8Array.of(1, 2, 3, 4) });
  const broken = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.nat(valid.length - 1).map((length) => valid.subarray(0, length)),
    fc.tuple(fc.nat(127), fc.nat(255)).map(([at, byte]) => valid.with(at, byte)),
  );
  fc.assert(
    fc.property(broken, (bytes) => {
      try {
        decodeNpy(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
    { numRuns: 500 },
  );
  for (let length = 0; length < valid.length; length++) {
    expect(() => decodeNpy(valid.subarray(0, length))).toThrow(RangeError);
  }
});

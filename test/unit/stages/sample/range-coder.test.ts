import fc from 'fast-check';
import { expect, test } from 'vitest';
import { uniforms } from '#core/base/random.ts';
import { bitModel, rangeDecoder, rangeEncoder } from '#stages/sample/codec/range-coder.ts';

test('whatever symbols and bits are written are read again', () => {
  const frequencies = fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(frequencies, fc.array(fc.nat({ max: 1_000 }), { maxLength: 300 }), (counts, choices) => {
      const table = new Uint32Array(counts.length + 1);
      counts.forEach((value, i) => {
        table[i + 1] = (table[i] as number) + value;
      });
      const encoder = rangeEncoder();
      const written = bitModel(2);
      for (const choice of choices) {
        encoder.symbol(table, choice % counts.length);
        encoder.bit(written, choice % 2, Number(choice % 3 === 0));
      }
      const decoder = rangeDecoder(encoder.finish());
      const read = bitModel(2);
      for (const choice of choices) {
        expect(decoder.symbol(table)).toBe(choice % counts.length);
        expect(decoder.bit(read, choice % 2)).toBe(Number(choice % 3 === 0));
      }
    }),
    { numRuns: 60 },
  );
});

test('a rare bit costs what its probability says, within a twentieth', () => {
  const count = 20_000;
  const bits = Array.from(uniforms(1, 'bits', count), (share) => Number(share < 0.05));
  const encoder = rangeEncoder();
  const model = bitModel(1);
  for (const bit of bits) encoder.bit(model, 0, bit);
  const share = bits.reduce((sum, bit) => sum + bit, 0) / count;
  const entropy = -count * (share * Math.log2(share) + (1 - share) * Math.log2(1 - share));
  expect(8 * encoder.finish().length).toBeLessThan(1.05 * entropy);
});

test('bytes that no encoder wrote give symbols of the table, and never fail', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const decoder = rangeDecoder(bytes);
      const table = Uint32Array.of(0, 1, 5, 65_000);
      const model = bitModel(1);
      for (let i = 0; i < 100; i++) {
        expect(decoder.symbol(table)).toBeLessThan(3);
        expect(decoder.bit(model, 0)).toBeLessThan(2);
      }
    }),
    { numRuns: 100 },
  );
});

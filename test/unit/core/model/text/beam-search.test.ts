import { expect, test } from 'vitest';
import type { TextCodec } from '#core/kinds/text/codec/text-codec.ts';
import { beamSearch } from '#core/model/text/beam-search.ts';

const CODEC: TextCodec = { schemaVersion: 1, unit: 'character', symbols: ['a', 'b'], positions: 4 };
const VOCABULARY = 4;
const [END, A, B] = [0, 2, 3];
/** The symbol that begins is likely, but what follows it is not. */
const LAW: Readonly<Record<string, readonly number[]>> = {
  '': [0.01, 0, 0.55, 0.44],
  a: [0.25, 0, 0.4, 0.35],
  b: [0.9, 0, 0.05, 0.05],
};

/** A decoder whose state is how many symbols of the text are known: the last one decides. */
function step(rows: number) {
  return async (symbols: Float32Array, states: Float32Array) => {
    const logits = new Float32Array(rows * VOCABULARY);
    const next = states.map((count) => count + 1);
    for (let row = 0; row < rows; row++) {
      const last = symbols.subarray(row * VOCABULARY, (row + 1) * VOCABULARY).indexOf(1);
      const shares = LAW[last === A ? 'a' : last === B ? 'b' : ''] as readonly number[];
      for (const [code, share] of shares.entries()) logits[row * VOCABULARY + code] = Math.log(Math.max(share, 1e-9));
    }
    return { logits, next };
  };
}

test('a wide beam finds the likeliest text, a beam of one the likeliest symbols', async () => {
  const search = (width: number) =>
    beamSearch(CODEC, { rows: 8, sources: 2, width, units: 1 }, step(8)).then(([, own]) => own);
  const [first, second] = (await search(3)) ?? [];
  expect(first?.codes).toEqual([B]);
  expect(first?.logProbability).toBeCloseTo(Math.log(0.44 * 0.9), 5);
  expect(second?.codes).not.toEqual(first?.codes);
  expect((await search(1))?.[0]?.codes.slice(0, 1)).toEqual([A]);
});

test('answers keep to the lengths and characters that are asked for', async () => {
  const limits = { minLength: 2, allowed: Uint8Array.from([1, 1, 1, 0]) };
  const [found = []] = await beamSearch(CODEC, { rows: 4, sources: 1, width: 4, units: 1, limits }, step(4));
  expect(found.map(({ codes }) => codes.map((code) => (code === A ? 'a' : '?')).join(''))).toEqual(
    expect.arrayContaining(['aa', 'aaa']),
  );
  expect(found.every(({ codes }) => codes.length >= 2 && !codes.includes(B) && !codes.includes(END))).toBe(true);
});

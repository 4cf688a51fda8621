import { expect, test } from 'vitest';
import { uniforms } from '#core/base/random.ts';
import { fitKneserNey, fitKneserNeyOf } from '../../../../../containers/trainer/evaluate/text/kneser-ney.ts';
import { lengthsOf, meanSymbols } from '../../../../../containers/trainer/evaluate/text/text-bits.ts';

const SIZE = 6;
/** Four symbols, each followed by the next one in nine of ten cases; a text ends after three to five. */
function markov(count: number, seed: number) {
  const draws = uniforms(seed, 'markov', count * SIZE);
  const bytes = new Uint8Array(count * SIZE);
  for (let item = 0; item < count; item++) {
    const length = 3 + Math.floor((draws[item * SIZE] as number) * 3);
    let symbol = Math.floor((draws[item * SIZE] as number) * 12) % 4;
    for (let at = 0; at < length; at++) {
      bytes[item * SIZE + at] = 2 + symbol;
      const draw = draws[item * SIZE + 1 + (at % (SIZE - 1))] as number;
      symbol = draw < 0.9 ? (symbol + 1) % 4 : Math.floor((draw - 0.9) * 40);
    }
  }
  return { items: count, size: SIZE, bytes, areCodes: true as const };
}
const train = markov(2000, 1);
const validation = markov(300, 2);

test('the probabilities of all continuations add up to 1 in every context', () => {
  const model = fitKneserNeyOf(train, 3, 6);
  /** Of the first symbols of a text, from texts that are as long as can be. */
  const massOf = (prefix: number[]) => {
    const bytes = new Uint8Array(prefix.length);
    bytes.set(prefix);
    return Math.exp(-(model.nats({ items: 1, size: prefix.length, bytes, areCodes: true })[0] as number));
  };
  for (const prefix of [[2], [3, 4], [5, 2]]) {
    const next = Array.from({ length: 6 }, (_, code) => massOf([...prefix, code]));
    expect(next.reduce((sum, mass) => sum + mass, 0)).toBeCloseTo(massOf(prefix), 10);
  }
});

test('the order is chosen on validation texts, and the bits lie near those of the law', () => {
  const model = fitKneserNey(train, validation, 6);
  expect(model.order).toBeGreaterThanOrEqual(2);
  const nats = model.nats(validation).reduce((sum, one) => sum + one, 0) / validation.items;
  const single =
    fitKneserNeyOf(train, 1, 6)
      .nats(validation)
      .reduce((sum, one) => sum + one, 0) / validation.items;
  expect(nats).toBeLessThan(0.7 * single);
});

test('drawn texts follow the law, and the same seed draws the same', () => {
  const model = fitKneserNey(train, validation, 6);
  const drawn = model.draw(400, SIZE, 1);
  expect(model.draw(20, SIZE, 1)).toEqual(drawn.subarray(0, 20 * SIZE));
  const texts = { items: 400, size: SIZE, bytes: drawn, areCodes: true as const };
  expect(meanSymbols(texts)).toBeCloseTo(meanSymbols(validation), 0);
  let [regular, all] = [0, 0];
  const lengths = lengthsOf(texts);
  for (let item = 0; item < 400; item++)
    for (let at = 1; at < (lengths[item] as number) - 1; at++, all++)
      if (drawn[item * SIZE + at] === 2 + (((drawn[item * SIZE + at - 1] as number) - 1) % 4)) regular++;
  expect(regular / all).toBeGreaterThan(0.85);
});

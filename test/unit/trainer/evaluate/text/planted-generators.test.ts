// Generators that learn nothing of texts: each must be caught, and what is right must not.
import { describe, expect, test } from 'vitest';
import { permutation, uniforms } from '#core/base/random.ts';
import { OTHER, textCoder } from '#core/kinds/text/codec/text-codec.ts';
import type { TextMetrics } from '#core/model/messages/text-metrics.ts';
import { textFaults } from '#core/model/promotion/text-faults.ts';
import { judgeTexts, type TextJudging } from '../../../../../containers/trainer/evaluate/text/judge.ts';
import { selfBleu } from '../../../../../containers/trainer/evaluate/text/variety.ts';

/** Syllables of two alphabets, one a class: words of three of them, of which there are many more than are drawn. */
const ONSETS = [
  ['b', 'd', 'g', 'k', 'p', 't', 'br', 'dr'],
  ['l', 'm', 'n', 'r', 's', 'v', 'sl', 'sn'],
];
const RIMES = ['a', 'e', 'i', 'o', 'u', 'an', 'el', 'or'];
const SYLLABLES = 3;
const POSITIONS = 12;
const CODEC = {
  ...{ schemaVersion: 1 as const, unit: 'character' as const, positions: POSITIONS },
  symbols: [...new Set([...ONSETS.flat(), ...RIMES].join(''))].sort(),
};
const coder = textCoder(CODEC);

function words(count: number, stream: string, only?: number) {
  const draws = uniforms(7, stream, count * (2 * SYLLABLES + 1));
  const at = (place: number) => draws[place] as number;
  const bytes = new Uint8Array(count * POSITIONS);
  const labels = new Int32Array(count);
  for (let item = 0; item < count; item++) {
    const first = item * (2 * SYLLABLES + 1);
    const label = only ?? (at(first) < 0.5 ? 0 : 1);
    const pick = (from: readonly string[], place: number) => from[Math.floor(at(place) * from.length)] as string;
    const parts = Array.from({ length: SYLLABLES }, (_, syllable) => {
      const place = first + 1 + 2 * syllable;
      return pick(ONSETS[label] as string[], place) + pick(RIMES, place + 1);
    });
    bytes.set(coder.row(parts.join('')), item * POSITIONS);
    labels[item] = label;
  }
  return { items: count, size: POSITIONS, bytes, areCodes: true as const, labels, classes: 2 };
}
const data = { train: words(1500, 'train'), validation: words(200, 'validation'), test: words(300, 'test') };

async function judged(draw: TextJudging['draw'], more: Partial<TextJudging> = {}): Promise<TextMetrics> {
  const metrics = await judgeTexts({
    ...{ data, draw, vocabulary: coder.vocabulary, isConditional: true },
    bound: { k: 100, texts: 300, nats: 10 },
    latent: { kl: 6, free: 3.2, activeUnits: 16, latentDim: 16 },
    yieldToEventLoop: async () => undefined,
    ...more,
  });
  if (!metrics) throw new Error('too few texts');
  return metrics;
}
const codesOf = (metrics: TextMetrics) => textFaults(metrics).map(({ code }) => code);
const byLabel: TextJudging['draw'] = (count, labels) => {
  if (!labels) return words(count, 'drawn').bytes;
  const [hard, soft] = [words(count, 'hard', 0), words(count, 'soft', 1)];
  const out = new Uint8Array(count * POSITIONS);
  for (let item = 0; item < count; item++)
    out.set(
      (labels[item] === 0 ? hard : soft).bytes.subarray(item * POSITIONS, (item + 1) * POSITIONS),
      item * POSITIONS,
    );
  return out;
};

describe('planted generators', () => {
  test('other texts of the same law have no fault, and each figure lies near that of real texts', async () => {
    const metrics = await judged(byLabel);
    expect(codesOf(metrics)).toEqual([]);
    for (const { name, model, real } of metrics.figures)
      if (real !== null && name !== 'bits')
        expect(Math.abs(model - real), name).toBeLessThan(Math.max(0.1, 0.1 * real));
  });

  test('one text over and over has collapsed', async () => {
    const constant = (count: number) => {
      const out = new Uint8Array(count * POSITIONS);
      for (let item = 0; item < count; item++) out.set(data.train.bytes.subarray(0, POSITIONS), item * POSITIONS);
      return out;
    };
    const metrics = await judged(constant);
    expect(codesOf(metrics)).toContain('collapsed');
    expect(metrics.figures.find(({ name }) => name === 'selfBleu')?.model).toBeCloseTo(1, 5);
  });

  test('the training set itself is copied', async () => {
    const order = permutation(3, 'copies', data.train.items);
    const copies = (count: number) =>
      Uint8Array.from({ length: count * POSITIONS }, (_, at) => {
        const item = order[Math.floor(at / POSITIONS)] as number;
        return data.train.bytes[item * POSITIONS + (at % POSITIONS)] as number;
      });
    expect(codesOf(await judged(copies))).toContain('copied');
  });

  test('shuffled letters are worse than the baseline', async () => {
    const shuffled = (count: number) => {
      const { bytes } = words(count, 'drawn');
      for (let item = 0; item < count; item++) {
        const text = bytes.subarray(item * POSITIONS, (item + 1) * POSITIONS);
        const letters = text.slice(0, text.indexOf(0) < 0 ? POSITIONS : text.indexOf(0));
        permutation(5, `${item}`, letters.length).forEach((from, to) => {
          text[to] = letters[from] as number;
        });
      }
      return bytes;
    };
    expect(codesOf(await judged(shuffled))).toContain('worse-than-baseline');
  });

  test('one class whatever was asked for is told', async () => {
    expect(codesOf(await judged((count) => words(count, 'soft', 1).bytes))).toContain('wrong-class');
  });

  test('a latent space that holds nothing, and one that holds what it must, are told and do not block', async () => {
    const latent = { kl: 0.02, free: 3.2, activeUnits: 0, latentDim: 16 };
    const faults = textFaults(await judged(byLabel, { latent }));
    expect(faults).toMatchObject([{ code: 'latents-unused', blocks: false }]);
    const floor = await judged(byLabel, { latent: { ...latent, kl: 3.3, activeUnits: 16 } });
    expect(textFaults(floor)).toMatchObject([{ code: 'latents-at-floor', blocks: false }]);
  });
});

test('self-BLEU is 1 of equal texts and 0 of texts without a common symbol', () => {
  expect(selfBleu(['abcd', 'abcd', 'abcd'])).toBeCloseTo(1, 10);
  expect(selfBleu(['aaaa', 'bbbb', 'cccc'])).toBeLessThan(0.01);
});

test('symbols that the codec does not know are read as such', () => {
  expect(coder.encode('bäd')).toEqual([...coder.encode('b'), OTHER, ...coder.encode('d')]);
});

// Generators that are known to be bad, each in one way: every one is named for what it is, and none is promoted by itself.
import { expect, test } from 'vitest';
import { permutation, uniforms } from '#core/base/random.ts';
import type { ImageMetrics } from '#core/model/messages/image-metrics.ts';
import { type DrawFaultCode, drawFaults } from '#core/model/promotion/draw-faults.ts';
import type { Pixels } from '../../../../containers/trainer/data/batches.ts';
import { blur, noise } from '../../../../containers/trainer/evaluate/image/degrade.ts';
import { type Judges, openJudges } from '../../../../containers/trainer/evaluate/image/judge.ts';
import { fitPcaGaussian } from '../../../../containers/trainer/evaluate/shared/pca.ts';
import { plainNet, SIDE, SIZE, shapes } from './planted-images.ts';

const [TRAIN, VALIDATION, TEST, FRESH] = [600, 200, 200, 200].map((items, seed) => shapes(items, seed + 1)) as [
  ReturnType<typeof shapes>,
  ReturnType<typeof shapes>,
  ReturnType<typeof shapes>,
  ReturnType<typeof shapes>,
];
const COUNT = TEST.items;
const COMPONENTS = 16;

/** One for all planted generators, as one is for all models of a snapshot. */
const SEEING = judgesWith({});

/** What stands in the model's place, drawn for the labels 0, 1, 0, 1, ... */
const PLANTED: Readonly<Record<string, { draws: Pixels; faults: DrawFaultCode[] }>> = {
  'grey noise': { draws: greyNoise(), faults: ['few-variants', 'wrong-class', 'worse-than-baseline'] },
  'one constant image': { draws: repeated(new Uint8Array(SIDE * SIDE).fill(90)), faults: ['collapsed'] },
  'the mean': { draws: repeated(meanImage()), faults: ['collapsed'] },
  'one training item repeated': { draws: repeated(item(TRAIN, 0)), faults: ['collapsed', 'copied'] },
  'the training set itself': { draws: first(TRAIN), faults: ['copied'] },
  'real items, blurred': { draws: blur(FRESH, SIZE, 3), faults: ['blurred'] },
  'real items, noised': { draws: noise(FRESH, 0.2), faults: ['noisy'] },
  'real items, patches shuffled': { draws: shuffledPatches(FRESH, 6), faults: ['worse-than-baseline'] },
  'one class only': { draws: everySecond(FRESH), faults: ['wrong-class'] },
  'labels swapped': { draws: swapped(FRESH), faults: ['wrong-class'] },
};

test.each(Object.entries(PLANTED))('%s is named for what it is and is not promoted', async (_, { draws, faults }) => {
  const found = drawFaults(await judged(draws));
  const blocking = found.filter(({ blocks }) => blocks).map(({ code }) => code);
  expect(blocking).toEqual(expect.arrayContaining(faults));
});

test('fresh draws of the same distribution have no fault that stops a promotion', async () => {
  expect(drawFaults(await judged(FRESH)).filter(({ blocks }) => blocks)).toEqual([]);
});

test('the do-nothing model is not called a copy, a collapse or noise', async () => {
  const codes = drawFaults(await judged(fitPcaGaussian(TRAIN, COMPONENTS).sample(COUNT, 77))).map(({ code }) => code);
  expect(codes).not.toEqual(expect.arrayContaining(['copied']));
  expect(codes).not.toEqual(expect.arrayContaining(['collapsed']));
  expect(codes).not.toEqual(expect.arrayContaining(['noisy']));
});

test('a judge that sees no difference between clean and degraded images lets no model through', async () => {
  const codes = drawFaults(await judged(FRESH, judgesWith({ blind: true }))).map(({ code }) => code);
  expect(codes).toContain('judge-blind');
});

function judgesWith(net: { blind?: boolean }): Judges {
  return openJudges({
    data: { train: TRAIN, validation: VALIDATION, test: TEST },
    size: SIZE,
    latentDim: COMPONENTS,
    classes: 2,
    net: async () => plainNet(net),
  });
}

async function judged(draws: Pixels, judges = SEEING): Promise<ImageMetrics> {
  const metrics = await judges.inFull({ generate: () => draws.bytes }, async () => {});
  return metrics as ImageMetrics;
}

function first(pixels: Pixels): Pixels {
  return { items: COUNT, size: pixels.size, bytes: pixels.bytes.slice(0, COUNT * pixels.size) };
}

function item({ bytes, size }: Pixels, at: number): Uint8Array {
  return bytes.slice(at * size, (at + 1) * size);
}

function repeated(image: Uint8Array): Pixels {
  const bytes = new Uint8Array(COUNT * image.length);
  for (let i = 0; i < COUNT; i++) bytes.set(image, i * image.length);
  return { items: COUNT, size: image.length, bytes };
}

function meanImage(): Uint8Array {
  return Uint8Array.from({ length: TRAIN.size }, (_, at) => {
    let sum = 0;
    for (let i = 0; i < TRAIN.items; i++) sum += TRAIN.bytes[i * TRAIN.size + at] as number;
    return Math.round(sum / TRAIN.items);
  });
}

function greyNoise(): Pixels {
  const drawn = uniforms(5, 'grey', COUNT * SIDE * SIDE);
  return { items: COUNT, size: SIDE * SIDE, bytes: Uint8Array.from(drawn, (u) => Math.floor(256 * u)) };
}

/** The first image of each pair for both labels. */
function everySecond(pixels: Pixels): Pixels {
  const bytes = Uint8Array.from(pixels.bytes);
  for (let i = 1; i < COUNT; i += 2) bytes.set(item(pixels, i - 1), i * pixels.size);
  return { ...pixels, bytes };
}

function swapped(pixels: Pixels): Pixels {
  const bytes = Uint8Array.from(pixels.bytes);
  for (let i = 0; i < COUNT; i++) bytes.set(item(pixels, i % 2 === 0 ? i + 1 : i - 1), i * pixels.size);
  return { ...pixels, bytes };
}

function shuffledPatches(pixels: Pixels, side: number): Pixels {
  const bytes = Uint8Array.from(pixels.bytes);
  const across = SIDE / side;
  for (let i = 0; i < COUNT; i++) {
    const order = permutation(9, `patches/${i}`, across * across);
    for (let at = 0; at < SIDE * SIDE; at++) {
      const [x, y] = [at % SIDE, Math.floor(at / SIDE)];
      const from = order[Math.floor(y / side) * across + Math.floor(x / side)] as number;
      const source = (Math.floor(from / across) * side + (y % side)) * SIDE + (from % across) * side + (x % side);
      bytes[i * pixels.size + at] = pixels.bytes[i * pixels.size + source] as number;
    }
  }
  return { ...pixels, bytes };
}

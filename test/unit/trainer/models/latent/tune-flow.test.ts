// After training, a flow alone learns where codes lie, and is left as it was where that does not help on held-out codes.
import { expect, test } from 'vitest';
import { normals, uniforms } from '#core/base/random.ts';
import { compile } from '../../../../../containers/trainer/engine/compile.ts';
import { STEP, slotNames } from '../../../../../containers/trainer/engine/state.ts';
import { flow } from '../../../../../containers/trainer/models/latent/flow.ts';
import type { Encoded } from '../../../../../containers/trainer/models/latent/latents.ts';
import { tuneFlow, tuningPrograms } from '../../../../../containers/trainer/models/latent/tune-flow.ts';

const CONFIG = { latentDim: 4, classes: 2 };
const NARROW = -4;
const calm = async () => undefined;

/** Two classes, each a narrow normal distribution of its own; `moved` by so much in every dimension. */
function codes(items: number, stream: string, moved = 0): Encoded {
  const noise = normals(1, stream, items * CONFIG.latentDim);
  const labels = Int32Array.from(uniforms(1, stream, items), (u) => Number(u > 0.5));
  const zMean = noise.map((value, i) => {
    const side = labels[Math.floor(i / CONFIG.latentDim)] === 1 ? 2 : -2;
    return side + 0.3 * value + moved;
  });
  return { zMean, zLogVar: new Float32Array(zMean.length).fill(NARROW), labels };
}

function opened() {
  return compile<string>({
    state: flow(CONFIG).initialState(1),
    programs: tuningPrograms(CONFIG),
    optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7, clipNorm: 100, emaDecay: 'asked' },
    seed: 1,
    towers: 1,
    precision: 'float32',
  });
}

test('a flow goes on alone until held-out codes cost less, and its averages are then its weights', async () => {
  const session = opened();
  const given = { train: codes(1_280, 'train'), heldOut: codes(300, 'heldOut') };
  const tuning = await tuneFlow({ session, codes: given, config: CONFIG, seed: 1, yieldToEventLoop: calm });
  const state = session.save();
  session.dispose();
  expect(tuning.steps).toBe(100);
  expect(tuning.untuned).toBeGreaterThan(14);
  expect(tuning.tuned).toBeLessThan(tuning.untuned - 2);
  const name = 'prior/second/affine/kernel';
  expect(state.get(name)?.values).toEqual(state.get(slotNames.average(name))?.values);
  expect(state.get(name)?.values.some((value) => value !== 0)).toBe(true);
  // Draws are keyed by the step, which is that of the training.
  expect(state.get(STEP)?.values[0]).toBe(0);
});

test('a flow that only learns its training codes by heart is left as it was', async () => {
  const session = opened();
  const before = session.save();
  const given = { train: codes(256, 'train', 4), heldOut: codes(300, 'heldOut', -4) };
  const tuning = await tuneFlow({ session, codes: given, config: CONFIG, seed: 1, yieldToEventLoop: calm });
  const after = session.save();
  session.dispose();
  expect(tuning.tuned).toBe(tuning.untuned);
  expect(after).toEqual(before);
});

test('fewer codes than a batch leave the flow alone', async () => {
  const session = opened();
  const given = { train: codes(20, 'train'), heldOut: codes(20, 'heldOut') };
  const tuning = await tuneFlow({ session, codes: given, config: CONFIG, seed: 1, yieldToEventLoop: calm });
  session.dispose();
  expect(tuning).toMatchObject({ steps: 0, tuned: tuning.untuned });
});

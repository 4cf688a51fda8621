import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, test } from 'vitest';
import { tf } from '../../../../containers/trainer/engine/tensorflow.ts';
import type { Session, StateEntry } from '../../../../containers/trainer/engine/types.ts';
import { ADAM, BATCH, toyFeed, toyProgram, toySession, toyState } from './toy.ts';

const open: Session<string>[] = [];
const session = (...args: Parameters<typeof toySession>): Session<string> => {
  const made = toySession(...args);
  open.push(made);
  return made;
};
afterEach(() => {
  for (const made of open.splice(0)) made.dispose();
});

const losses = (of: Session<string>, from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => of.run('train', toyFeed(from + i), [])).map(
    ({ loss }) => loss?.[0] as number,
  );

describe('resume', () => {
  const optimizer = { ...ADAM, kind: 'adamw', weightDecay: 0.01, clipNorm: 0.5, emaDecay: 0.9 } as const;

  test('ten steps, a save, a load into a new session and ten more are the same bytes as twenty', () => {
    const whole = session({ optimizer });
    const wholeLosses = losses(whole, 0, 20);
    const half = session({ optimizer });
    const firstLosses = losses(half, 0, 10);
    const resumed = session({ optimizer, state: toyState(99) });
    resumed.load(half.save());
    expect(resumed.step).toBe(10);
    expect([...firstLosses, ...losses(resumed, 10, 20)]).toEqual(wholeLosses);
    expect(resumed.save()).toEqual(whole.save());
  });

  test('a session compiled from a saved state goes on where it stopped', () => {
    const half = session({ optimizer });
    losses(half, 0, 3);
    const resumed = session({ optimizer, state: half.save() });
    expect(losses(resumed, 3, 5)).toEqual(losses(half, 3, 5));
  });

  test('a state that does not fit is refused, with the names', () => {
    const lacking = new Map(session().save());
    lacking.delete('head/dense/bias');
    expect(() => session().load(lacking)).toThrow('head/dense/bias');
    const strange = new Map(session().save()).set('tail/dense/bias', { shape: [1], values: new Float32Array(1) });
    expect(() => session().load(strange)).toThrow('tail/dense/bias');
  });
});

describe('randomness', () => {
  test('the same seed gives the same bytes, another seed does not', () => {
    expect(losses(session({ seed: 5 }), 0, 3)).toEqual(losses(session({ seed: 5 }), 0, 3));
    expect(losses(session({ seed: 5 }), 0, 3)).not.toEqual(losses(session({ seed: 6 }), 0, 3));
  });

  test('noise differs from step to step, from tower to tower and from draw to draw', () => {
    const towers = session({ towers: 2 }, { train: toyProgram(['body', 'head'], 1), look: toyProgram([], 1) });
    const feed = { x: new Float32Array(BATCH * 3), scale: 1 };
    const shaken = (draw: number) => towers.run('look', { ...feed, draw }, ['shaken']).shaken as Float32Array;
    const first = shaken(0);
    expect(first.slice(0, 12)).not.toEqual(first.slice(12));
    expect(shaken(0)).toEqual(first);
    expect(shaken(1)).not.toEqual(first);
    towers.run('train', toyFeed());
    expect(shaken(0)).not.toEqual(first);
  });

  test('dropout is the identity where nothing is updated', () => {
    const quiet = session({}, { look: toyProgram([], 0) });
    const { x, scale } = toyFeed();
    const at = (draw: number) => quiet.run('look', { x, scale, draw }, ['perItem']).perItem;
    expect(at(0)).toEqual(at(1));
  });
});

test('a program moves the parts that it updates and no other', () => {
  const one = session({}, { train: toyProgram(['head']) });
  const before = one.save();
  one.run('train', toyFeed());
  const after = one.save();
  expect(after.get('body/dense/kernel')).toEqual(before.get('body/dense/kernel'));
  expect(after.get('body/dense/bias')).toEqual(before.get('body/dense/bias'));
  expect(after.get('head/dense/kernel')).not.toEqual(before.get('head/dense/kernel'));
  expect(after.get('head/dense/bias')).not.toEqual(before.get('head/dense/bias'));
});

test('two programs that train different parts each keep their own powers', () => {
  const two = session({}, { body: toyProgram(['body']), head: toyProgram(['head']) });
  for (let i = 0; i < 3; i++) two.run('body', toyFeed(i));
  two.run('head', toyFeed());
  const power = (part: string) => two.fetch([`adam/${part}/beta1Power`]).get(`adam/${part}/beta1Power`)?.values[0];
  expect(power('body')).toBeCloseTo(0.9 ** 4, 6);
  expect(power('head')).toBeCloseTo(0.9 ** 2, 6);
  expect(two.step).toBe(4);
});

test('a gradient longer than the clip is shortened to it, a shorter one is left', () => {
  const moment = (clipNorm: number | undefined) => {
    const one = session({ optimizer: { ...ADAM, clipNorm } });
    one.run('train', toyFeed());
    return [...one.save()].filter(([name]) => name.endsWith('/m')).flatMap(([, { values }]) => [...values]);
  };
  const norm = (values: number[]) => Math.hypot(...values) / (1 - ADAM.beta1);
  const free = moment(undefined);
  expect(norm(moment(norm(free) / 2))).toBeCloseTo(norm(free) / 2, 5);
  expect(moment(norm(free) * 2)).toEqual(free);
});

test('the moving average follows the weights by its decay', () => {
  const averaged = session({ optimizer: { ...ADAM, emaDecay: 0.75 } });
  const start = averaged.save().get('head/dense/kernel')?.values as Float32Array;
  averaged.run('train', toyFeed());
  const state = averaged.save();
  const moved = state.get('head/dense/kernel')?.values as Float32Array;
  const average = state.get('ema/head/dense/kernel')?.values as Float32Array;
  average.forEach((value, i) => {
    expect(value).toBeCloseTo(0.75 * (start[i] as number) + 0.25 * (moved[i] as number), 6);
  });
});

test('a decay that is fed is that of its run alone', () => {
  const averaged = session({ optimizer: { ...ADAM, emaDecay: 'fed' } });
  const read = (name: string) => averaged.save().get(name)?.values as Float32Array;
  const start = read('head/dense/kernel');
  averaged.run('train', { ...toyFeed(), emaDecay: 0 });
  expect(read('ema/head/dense/kernel')).toEqual(read('head/dense/kernel'));
  const before = read('ema/head/dense/kernel');
  averaged.run('train', { ...toyFeed(), emaDecay: 1 });
  expect(read('ema/head/dense/kernel')).toEqual(before);
  expect(read('head/dense/kernel')).not.toEqual(start);
});

test('decoupled decay shrinks the matrices and leaves the biases', () => {
  const plain = session();
  const decayed = session({ optimizer: { ...ADAM, kind: 'adamw', weightDecay: 0.5 } });
  for (const one of [plain, decayed]) one.run('train', toyFeed());
  const start = toyState().get('body/dense/kernel')?.values as Float32Array;
  const [without, withDecay] = [plain.save(), decayed.save()];
  withDecay.get('body/dense/kernel')?.values.forEach((value, i) => {
    const expected = (without.get('body/dense/kernel')?.values[i] as number) - 0.01 * 0.5 * (start[i] as number);
    expect(value).toBeCloseTo(expected, 6);
  });
  expect(withDecay.get('body/dense/bias')).toEqual(without.get('body/dense/bias'));
});

test('a second run leaves as many tensors as the first', () => {
  const one = session({ towers: 2 });
  one.run('train', toyFeed());
  const { numTensors } = tf.memory();
  one.run('train', toyFeed(1));
  expect(tf.memory().numTensors).toBe(numTensors);
});

/** The same state in memory that begins at each of the places that TensorFlow might take as it is: it wants multiples of 64. */
function laidOut(state: ReadonlyMap<string, StateEntry>): Map<string, StateEntry> {
  return new Map(
    [...state].map(([name, { shape, values }], i) => {
      const laid = new Float32Array(new ArrayBuffer(4096), (i % 4) * 16, values.length);
      laid.set(values);
      return [name, { shape, values: laid }];
    }),
  );
}

test('a session keeps no memory of JavaScript, which its threads would give back behind the back of JavaScript', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const one = session();
  const given = laidOut(one.save());
  const held = [...given.values()].map(({ values }) => new WeakRef(values));
  one.load(given);
  given.clear();
  await setImmediate();
  collect();
  expect(held.filter((each) => each.deref() !== undefined)).toHaveLength(0);
});

test('compiling leaves no tensor behind', () => {
  const { numTensors } = tf.memory();
  session({ towers: 2 });
  expect(tf.memory().numTensors).toBe(numTensors);
});

describe('refusals', () => {
  test('an unknown feed, a missing feed, a wrong length and an unknown output are named', () => {
    const one = session();
    expect(() => one.run('train', { ...toyFeed(), beta: 1 })).toThrow('train takes no beta');
    expect(() => one.run('train', { x: toyFeed().x, scale: 1 })).toThrow('train lacks the feed learningRate');
    expect(() => one.run('train', { ...toyFeed(), x: new Float32Array(3) })).toThrow('x has 3 values');
    expect(() => one.run('train', toyFeed(), ['nothing'])).toThrow('train has no output nothing');
    expect(() => one.run('dream', toyFeed())).toThrow('there is no program dream');
  });

  test('a batch that the towers cannot share is refused', () => {
    expect(() => session({ towers: 3 })).toThrow('multiple of the 3 towers');
  });

  test('a part without weights is refused', () => {
    expect(() => session({}, { train: toyProgram(['tail']) })).toThrow('there is no part tail');
  });
});

// The random numbers of a step. They are stateless and keyed by (seed, step, site, tower), and equal in eager mode and in a graph.
import type { Tensor } from '@tensorflow/tfjs-node';
import { randomWords } from '#core/base/random.ts';
import { attribute, executeOp } from './binding.ts';
import { tf } from './tensorflow.ts';
import type { TraceContext } from './types.ts';

/** Position of a run of a program. `draw` distinguishes several runs at one step. */
export type DrawPosition = {
  readonly seed: number;
  readonly step: number;
  readonly draw: number;
};

export type ContextOptions = {
  /** The key of the draws of a site: two words, as an int32 tensor of shape [2]. */
  readonly keyOf: (site: string) => Tensor;
  readonly scalars: Readonly<Record<string, Tensor>>;
  readonly training: boolean;
};

/** Returns the key of the draws of one site in one tower. */
export function drawKey(position: DrawPosition, site: string, tower: number): Int32Array {
  const stream = `draw/${site}/${tower}/${position.step}/${position.draw}`;
  return new Int32Array(randomWords(position.seed, stream, 2).buffer);
}

/** Returns a context with the given keys, which are inputs of the recorder in a trace and plain tensors in an eager run. */
export function createContext(options: ContextOptions): TraceContext {
  const sites = new Set<string>();
  const draw = (op: string, shape: readonly number[], site: string): Tensor => {
    if (sites.has(site)) throw new Error(`the site ${site} draws twice in one program: give each draw its own name`);
    sites.add(site);
    const attributes = [
      attribute.type('dtype', 'float32'),
      attribute.type('T', 'int32'),
      attribute.type('Tseed', 'int32'),
    ];
    return executeOp(op, attributes, [tf.tensor1d([...shape], 'int32'), options.keyOf(site)]);
  };
  return {
    normal: (shape, site) => draw('StatelessRandomNormal', shape, site),
    uniform: (shape, site) => draw('StatelessRandomUniform', shape, site),
    dropout(x, rate, site) {
      if (!options.training || rate === 0) return x;
      const kept = tf.cast(tf.greaterEqual(draw('StatelessRandomUniform', x.shape, site), rate), 'float32');
      return tf.mul(x, tf.mul(kept, 1 / (1 - rate)));
    },
    observe: (_, x) => x,
    scalar(name) {
      const tensor = options.scalars[name];
      if (tensor === undefined)
        throw new Error(`the scalar ${name} is not in the feed, which has ${Object.keys(options.scalars)}`);
      return tensor;
    },
  };
}

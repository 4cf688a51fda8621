// Initial values of weights, by the names in a specification.
import { uniforms } from '#core/base/random.ts';
import type { StateEntry, StateMap } from '../../engine/types.ts';

export type WeightShapes = Readonly<Record<string, readonly number[]>>;

/** Names that end in `/bias` and those that the model lists start at zero, the others by Glorot's rule. */
export function initialWeights(
  shapes: WeightShapes,
  seed: number,
  startsAtZero: (name: string) => boolean = () => false,
): StateMap {
  return new Map(
    Object.entries(shapes).map(([name, shape]) => {
      const isZero = name.endsWith('/bias') || startsAtZero(name);
      return [name, initialWeight(name, shape, seed, isZero)];
    }),
  );
}

function initialWeight(name: string, shape: readonly number[], seed: number, isZero: boolean): StateEntry {
  const count = shape.reduce((a, b) => a * b, 1);
  if (isZero) return { shape, values: new Float32Array(count) };
  const limit = glorotLimit(shape);
  return { shape, values: Float32Array.from(uniforms(seed, `initial/${name}`, count), (u) => (2 * u - 1) * limit) };
}

/**
 * Returns the bound of the uniform distribution that keeps the variance of activations and gradients (Glorot and Bengio 2010).
 */
function glorotLimit(shape: readonly number[]): number {
  const receptiveField = shape.slice(0, -2).reduce((a, b) => a * b, 1);
  const [fanIn, fanOut] = shape.slice(-2) as [number, number];
  return Math.sqrt(6 / (receptiveField * (fanIn + fanOut)));
}

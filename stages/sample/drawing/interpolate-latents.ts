// Interpolates in the latent space between draws of the prior.
import { dot } from '#core/base/linear-algebra/dot.ts';
import { normals } from '#core/base/random.ts';

/** Below this angle (radians) the two ends count as parallel, because slerp divides by the sine of the angle. */
const SMALLEST_ANGLE = 1e-4;

type Walk = { readonly seed: number; readonly rows: number; readonly steps: number; readonly latentDim: number };

/**
 * Returns [rows * steps, latentDim]: row r interpolates from one draw to another in `steps` points, both ends included.
 */
export function interpolateLatents({ seed, rows, steps, latentDim }: Walk): Float32Array {
  const latents = new Float32Array(rows * steps * latentDim);
  for (let row = 0; row < rows; row++) {
    const from = normals(seed, `interpolate/${row}/from`, latentDim);
    const to = normals(seed, `interpolate/${row}/to`, latentDim);
    for (let step = 0; step < steps; step++) {
      latents.set(slerp(from, to, step / (steps - 1)), (row * steps + step) * latentDim);
    }
  }
  return latents;
}

/**
 * Interpolates on the sphere (White 2016, "Sampling generative networks"), so that lengths stay typical of the prior.
 */
export function slerp(from: Float32Array, to: Float32Array, share: number): Float32Array {
  const cosine = dot(from, to) / Math.sqrt(dot(from, from) * dot(to, to));
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  const flat = !(angle > SMALLEST_ANGLE && angle < Math.PI - SMALLEST_ANGLE);
  const ofFrom = flat ? 1 - share : Math.sin((1 - share) * angle) / Math.sin(angle);
  const ofTo = flat ? share : Math.sin(share * angle) / Math.sin(angle);
  return from.map((value, i) => ofFrom * value + ofTo * (to[i] as number));
}

// Changes the sample rate by a windowed sinc, as in J. O. Smith, Digital Audio Resampling (ccrma.stanford.edu/~jos/resample).

/** Zero crossings of the sinc on each side. */
const CROSSINGS = 16;
const STEPS = 512;
/** A little below half the lower rate, since the window rolls off. */
const CUTOFF = 0.95;

/** The sinc under a Blackman window, by steps between its zero crossings. */
const KERNEL = Float64Array.from({ length: CROSSINGS * STEPS + 2 }, (_, i) => {
  const x = i / STEPS;
  if (x >= CROSSINGS) return 0;
  const turn = (Math.PI * x) / CROSSINGS;
  const window = 0.42 + 0.5 * Math.cos(turn) + 0.08 * Math.cos(2 * turn);
  return (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)) * window;
});

/** The samples themselves where the rates are equal. */
export function resample(samples: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return samples;
  // Relative to the rate of `samples`; frequencies above half of either rate are removed.
  const cutoff = CUTOFF * Math.min(1, to / from);
  const reach = CROSSINGS / cutoff;
  const length = Math.max(1, Math.round((samples.length * to) / from));
  const resampled = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    const centre = (i * from) / to;
    const last = Math.min(samples.length - 1, Math.floor(centre + reach));
    let sum = 0;
    for (let j = Math.max(0, Math.ceil(centre - reach)); j <= last; j++)
      sum += (samples[j] as number) * kernelAt(Math.abs(centre - j) * cutoff);
    resampled[i] = sum * cutoff;
  }
  return resampled;
}

function kernelAt(x: number): number {
  const position = x * STEPS;
  const step = Math.floor(position);
  const left = KERNEL[step] ?? 0;
  return left + (position - step) * ((KERNEL[step + 1] ?? 0) - left);
}

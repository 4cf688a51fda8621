// A Gaussian window and the images seen through it, one channel at a time.

export type Plane = {
  readonly width: number;
  readonly height: number;
  readonly values: Float64Array;
};

/** Weights of sum 1 at -radius..radius. */
export function gaussianWindow(sigma: number, radius: number): Float64Array {
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** The window's mean around each place where it lies inside whole: [height - 2r, width - 2r]. */
export function filterInside({ width, height, values }: Plane, window: Float64Array): Plane {
  const inner = { width: width - window.length + 1, height: height - window.length + 1 };
  const across = new Float64Array(inner.width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < inner.width; x++) {
      let sum = 0;
      for (let k = 0; k < window.length; k++) sum += (window[k] as number) * (values[y * width + x + k] as number);
      across[y * inner.width + x] = sum;
    }
  }
  const out = new Float64Array(inner.width * inner.height);
  for (let y = 0; y < inner.height; y++) {
    for (let x = 0; x < inner.width; x++) {
      let sum = 0;
      for (let k = 0; k < window.length; k++)
        sum += (window[k] as number) * (across[(y + k) * inner.width + x] as number);
      out[y * inner.width + x] = sum;
    }
  }
  return { ...inner, values: out };
}

/** The plane with `radius` more places on each side, which repeat the nearest edge. */
export function padEdges({ width, height, values }: Plane, radius: number): Plane {
  const out = { width: width + 2 * radius, height: height + 2 * radius };
  const clamp = (at: number, size: number) => Math.min(Math.max(at - radius, 0), size - 1);
  const padded = new Float64Array(out.width * out.height);
  for (let y = 0; y < out.height; y++) {
    const from = clamp(y, height) * width;
    for (let x = 0; x < out.width; x++) padded[y * out.width + x] = values[from + clamp(x, width)] as number;
  }
  return { ...out, values: padded };
}

// Scores each window of a photo against a template: their cosine similarity, at every position and size.
import { type AlignedPhoto, type FeatureGrid, WINDOW } from './feature-grid.ts';

/** Values beyond this many standard deviations are cut: single channels would decide otherwise. */
const MOST_DEVIATIONS = 4;

export type ChannelScale = { readonly mean: Float64Array; readonly deviation: Float64Array };

/** [WINDOW, WINDOW, channels], of length 1. */
export type Template = Float64Array;

export type WindowScore = {
  readonly scale: number;
  readonly row: number;
  readonly column: number;
  readonly cosine: number;
};

/** Returns the mean and standard deviation of each channel over the middle size of the photos. */
export function channelScale(photos: readonly AlignedPhoto[]): ChannelScale {
  const grids = photos.map(({ grids }) => grids[Math.floor(grids.length / 2)] as FeatureGrid);
  const channels = grids[0]?.channels ?? 0;
  const [sum, squares] = [new Float64Array(channels), new Float64Array(channels)];
  let cells = 0;
  for (const { values } of grids) {
    cells += values.length / channels;
    for (let i = 0; i < values.length; i++) {
      const [channel, value] = [i % channels, values[i] as number];
      sum[channel] = (sum[channel] as number) + value;
      squares[channel] = (squares[channel] as number) + value * value;
    }
  }
  const mean = sum.map((total) => total / cells);
  const deviation = squares.map((total, i) => Math.sqrt(Math.max(total / cells - (mean[i] as number) ** 2, 0)) + 1e-3);
  return { mean, deviation };
}

/** Returns the photo with each channel in standard deviations from its mean, at most 4. */
export function standardised(photo: AlignedPhoto, { mean, deviation }: ChannelScale): AlignedPhoto {
  const grids = photo.grids.map((grid) => ({
    ...grid,
    values: grid.values.map((value, i) => {
      const channel = i % grid.channels;
      const scaled = (value - (mean[channel] as number)) / (deviation[channel] as number);
      return Math.min(Math.max(scaled, -MOST_DEVIATIONS), MOST_DEVIATIONS);
    }),
  }));
  return { ...photo, grids };
}

/** Calls `visit` for every window of a standardised photo. */
export function scoreWindows(photo: AlignedPhoto, template: Template, visit: (score: WindowScore) => void): void {
  photo.grids.forEach((grid, scale) => {
    for (let row = 0; row + WINDOW <= grid.height; row++)
      for (let column = 0; column + WINDOW <= grid.width; column++)
        visit({ scale, row, column, cosine: cosineAt(grid, template, row, column) });
  });
}

function cosineAt(grid: FeatureGrid, template: Template, row: number, column: number): number {
  const rowLength = WINDOW * grid.channels;
  let [product, norm] = [0, 0];
  for (let y = 0; y < WINDOW; y++) {
    const start = ((row + y) * grid.width + column) * grid.channels;
    const at = y * rowLength;
    for (let i = 0; i < rowLength; i++) {
      const value = grid.values[start + i] as number;
      product += value * (template[at + i] as number);
      norm += value * value;
    }
  }
  return norm === 0 ? 0 : product / Math.sqrt(norm);
}

/** Returns a window as a vector of length 1, in the template's layout. */
export function windowAt(photo: AlignedPhoto, { scale, row, column }: Omit<WindowScore, 'cosine'>): Template {
  const grid = photo.grids[scale] as FeatureGrid;
  const rowLength = WINDOW * grid.channels;
  const out = new Float64Array(WINDOW * rowLength);
  for (let y = 0; y < WINDOW; y++) {
    const start = ((row + y) * grid.width + column) * grid.channels;
    out.set(grid.values.subarray(start, start + rowLength), y * rowLength);
  }
  return unit(out);
}

/** Scales a vector to length 1; zeros stay zeros. */
export function unit(values: Float64Array): Float64Array {
  const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return norm === 0 ? values : values.map((value) => value / norm);
}

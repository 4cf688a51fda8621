// Images as raw pixels, one after the other or arranged in a grid.

/** `pixels`: uint8 [count, height, width, channels], row-major. */
export type Images = {
  readonly count: number;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly pixels: Uint8Array;
};
export type Image = Omit<Images, 'count'>;

const GAP_PIXELS = 2;
const GAP_SHADE = 64;

export function imageAt({ width, height, channels, pixels }: Images, index: number): Image {
  const size = width * height * channels;
  return { width, height, channels, pixels: pixels.subarray(index * size, (index + 1) * size) };
}

/** Arranges all images in rows of `columns` with a grey gap between them; unused cells of the last row are grey. */
export function imageGrid(pictures: Images, columns: number): Image {
  const { count, width, height, channels, pixels } = pictures;
  const rows = Math.ceil(count / columns);
  const gridWidth = columns * (width + GAP_PIXELS) - GAP_PIXELS;
  const gridHeight = rows * (height + GAP_PIXELS) - GAP_PIXELS;
  const grid = new Uint8Array(gridWidth * gridHeight * channels).fill(GAP_SHADE);
  const lineBytes = width * channels;
  for (let i = 0; i < count; i++) {
    const left = (i % columns) * (width + GAP_PIXELS);
    const top = Math.floor(i / columns) * (height + GAP_PIXELS);
    for (let y = 0; y < height; y++) {
      const start = (i * height + y) * lineBytes;
      grid.set(pixels.subarray(start, start + lineBytes), ((top + y) * gridWidth + left) * channels);
    }
  }
  return { width: gridWidth, height: gridHeight, channels, pixels: grid };
}

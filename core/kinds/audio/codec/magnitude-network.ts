// A small network that corrects what is estimated of the full spectrum of a frame: bands are wide, and between them it knows what spectra of
// the training clips look like. Its weights are stored in codec.json; it runs in plain arithmetic.
import * as z from 'zod';

const MOST_CONTEXT = 4;
const MOST_HIDDEN = 512;
/** Corrections in nepers beyond this are cut off: 20 dB. Pictures that a model drew are not all like those of real clips. */
const MOST_NEPERS = Math.LN10;
const FLOAT_BYTES = 4;
/** Bytes of a picture are brought to -2 to 2. */
const [INPUT_SCALE, INPUT_OFFSET] = [4 / 255, -2];
/** Spectra of a frame of the picture: windows overlap twice as much as in pictures, so that phases can be found. */
export const FRAME_SPECTRA = 2;

export const MagnitudeNetwork = z.object({
  /** Frames of the picture before and behind a frame that its correction depends on. */
  context: z.int().min(0).max(MOST_CONTEXT),
  hidden: z.int().min(1).max(MOST_HIDDEN),
  /** float32, the lowest byte first, in base64: [inputs, hidden], [hidden], [hidden, outputs], [outputs]. */
  weights: z.base64(),
});
export type MagnitudeNetwork = z.infer<typeof MagnitudeNetwork>;

type PictureShape = { readonly bands: number; readonly frames: number; readonly frame: number };

/** Sizes of the network: the bands of the frames around, and the bins of the spectra of a frame. */
export function magnitudeSizes(
  { bands, frame }: Pick<PictureShape, 'bands' | 'frame'>,
  { context, hidden }: Pick<MagnitudeNetwork, 'context' | 'hidden'>,
): { readonly inputs: number; readonly outputs: number; readonly weights: number } {
  const inputs = (2 * context + 1) * bands;
  const outputs = FRAME_SPECTRA * (frame / 2 + 1);
  return { inputs, outputs, weights: (inputs + 1) * hidden + (hidden + 1) * outputs };
}

/** Whether it has as many weights as its sizes say. */
export function hasAllWeights(shape: Pick<PictureShape, 'bands' | 'frame'>, network: MagnitudeNetwork): boolean {
  return Buffer.byteLength(network.weights, 'base64') === FLOAT_BYTES * magnitudeSizes(shape, network).weights;
}

/** Writes the inputs of a frame. `picture`: uint8 [bands, frames], high bands first; beyond its ends the outer frames count. */
export function fillMagnitudeInputs(
  picture: Uint8Array,
  { bands, frames }: PictureShape,
  { at, context }: { readonly at: number; readonly context: number },
  into: Float32Array,
): void {
  for (let step = -context; step <= context; step++) {
    const frame = Math.min(frames - 1, Math.max(0, at + step));
    const first = (step + context) * bands;
    for (let band = 0; band < bands; band++)
      into[first + band] = (picture[(bands - 1 - band) * frames + frame] as number) * INPUT_SCALE + INPUT_OFFSET;
  }
}

/** Returns a function that gives the factors of the magnitudes of a frame: [spectra x bins], in a place that the next call writes to. */
export function openMagnitudeNetwork(
  shape: PictureShape,
  network: MagnitudeNetwork,
): (picture: Uint8Array, at: number) => Float64Array {
  const { hidden, context } = network;
  const { inputs, outputs } = magnitudeSizes(shape, network);
  const bytes = new Uint8Array(Buffer.from(network.weights, 'base64'));
  const weights = new Float32Array(bytes.buffer);
  const [hiddenBias, kernel, bias] = [inputs * hidden, (inputs + 1) * hidden, (inputs + 1 + outputs) * hidden];
  const x = new Float32Array(inputs);
  const seen = new Float64Array(hidden);
  const factors = new Float64Array(outputs);
  return (picture, at) => {
    fillMagnitudeInputs(picture, shape, { at, context }, x);
    seen.set(weights.subarray(hiddenBias, hiddenBias + hidden));
    addProducts(x, weights.subarray(0, hiddenBias), seen);
    for (let unit = 0; unit < hidden; unit++)
      seen[unit] = (seen[unit] as number) / (1 + Math.exp(-(seen[unit] as number)));
    factors.set(weights.subarray(bias));
    addProducts(seen, weights.subarray(kernel, bias), factors);
    for (let output = 0; output < outputs; output++)
      factors[output] = Math.exp(Math.min(MOST_NEPERS, Math.max(-MOST_NEPERS, factors[output] as number)));
    return factors;
  };
}

/** Adds the product of a row with a kernel [values, sums], four rows of it at a time: sums are read and written a fourth as often. */
function addProducts(values: Float32Array | Float64Array, kernel: Float32Array, sums: Float64Array): void {
  const columns = sums.length;
  const whole = values.length - (values.length % 4);
  for (let row = 0; row < whole; row += 4) {
    const [a, b, c, d] = [0, 1, 2, 3].map((step) => values[row + step] as number) as [number, number, number, number];
    const [atA, atB, atC, atD] = [0, 1, 2, 3].map((step) => (row + step) * columns) as [number, number, number, number];
    for (let column = 0; column < columns; column++)
      sums[column] =
        (sums[column] as number) +
        a * (kernel[atA + column] as number) +
        b * (kernel[atB + column] as number) +
        c * (kernel[atC + column] as number) +
        d * (kernel[atD + column] as number);
  }
  for (let row = whole; row < values.length; row++)
    for (let column = 0; column < columns; column++)
      sums[column] = (sums[column] as number) + (values[row] as number) * (kernel[row * columns + column] as number);
}

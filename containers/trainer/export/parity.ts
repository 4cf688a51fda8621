// Checks that exported files compute the same as the trained model: both formats are compared with the session before they are stored.

import { GoldpanError } from '#core/base/errors.ts';
import { normals, uniforms } from '#core/base/random.ts';
import { InferenceSession, Tensor } from '#core/model/onnx-runtime.ts';
import { compile } from '../engine/compile.ts';
import { tf } from '../engine/tensorflow.ts';
import type { Program, StateMap } from '../engine/types.ts';

export const PARITY_BATCHES = [1, 3, 64] as const;
/** Networks that the endpoint alone runs get one item at a time. */
const ENDPOINT_BATCHES = [1, 3] as const;
const TOLERANCE = 1e-4;
/**
 * Tolerance of pixels: a tenth of one of 256 grey levels. Decoders of photos amplify the last bits of float32.
 */
const PIXEL_TOLERANCE = 4e-4;
/** Tolerance of a gradient as a whole, because single values jump where an activation changes its sign by the last bit. */
const GRADIENT_TOLERANCE = 1e-2;
const SEED = 1;
/** Neither lengths nor symbols of the texts of a check repeat soon. */
const SYMBOL_STRIDE = 7;

type Outputs = Readonly<Record<string, Float32Array>>;
type Run = (feed: Outputs, batch: number) => Promise<Outputs>;

export type Exported = {
  readonly name: string;
  readonly programOf: (batch: number) => Program;
  readonly state: StateMap;
  readonly onnxFile: string;
  /** Undefined where no GraphModel is written: only the endpoint runs the network. */
  readonly graphModelFile: string | undefined;
};

/**
 * Throws ExportParityError where a file differs from the session by more than the tolerance + 1e-4 |value|, or a gradient by more than
 * a hundredth of its length. Returns the worst share of that bound.
 */
export async function checkParity(exported: Exported): Promise<number> {
  const runs: Record<string, Run> = {
    ONNX: await onnxRun(exported),
    ...(exported.graphModelFile && { GraphModel: await graphModelRun(exported, exported.graphModelFile) }),
  };
  let worst = 0;
  for (const batch of exported.graphModelFile ? PARITY_BATCHES : ENDPOINT_BATCHES) {
    const program = exported.programOf(batch);
    const feed = exampleFeed(program);
    const expected = sessionOutputs(program, exported.state, feed);
    for (const [format, run] of Object.entries(runs)) {
      const got = await run(feed, batch);
      for (const [output, values] of Object.entries(expected)) {
        const share =
          output === 'gradient'
            ? relativeDistance(values, got[output])
            : distance(values, got[output], output === 'pixels' ? PIXEL_TOLERANCE : TOLERANCE);
        worst = Math.max(worst, share);
        if (share <= 1) continue;
        const message = `the ${format} of ${exported.name} differs in ${output} at batch ${batch} by ${share.toFixed(1)} times the tolerance`;
        throw new GoldpanError('ExportParityError', message);
      }
    }
  }
  return worst;
}

/**
 * Returns the largest difference as a share of the tolerance; infinite if a length differs or a value is not a number.
 */
export function distance(expected: Float32Array, got: Float32Array | undefined, tolerance = TOLERANCE): number {
  if (got?.length !== expected.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const want = expected[i] as number;
    const share = Math.abs(want - (got[i] as number)) / (tolerance + TOLERANCE * Math.abs(want));
    if (!(share <= worst)) worst = Number.isNaN(share) ? Number.POSITIVE_INFINITY : share;
  }
  return worst;
}

function relativeDistance(expected: Float32Array, got: Float32Array | undefined): number {
  if (got?.length !== expected.length) return Number.POSITIVE_INFINITY;
  const apart = Math.hypot(...expected.map((value, i) => value - (got[i] as number)));
  const share = apart / (GRADIENT_TOLERANCE * Math.hypot(...expected));
  return Number.isNaN(share) ? Number.POSITIVE_INFINITY : share;
}

/**
 * Pixels where the input is an image, one class an item where it is a label, texts of many lengths where it is their symbols or mask, normal
 * numbers elsewhere. Labels that no request can have make the decoder of photos amplify rounding four hundred times as much, and masks that
 * none can have make the states of an encoder grow from position to position.
 */
function exampleFeed(program: Program): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(program.feed).map(([name, { shape }]) => {
      const count = shape.reduce((a, b) => a * b, 1);
      if (name === 'label' && shape.length === 2) return [name, classesInTurn(count, shape[1] as number)];
      if (name === 'symbols' && shape.length === 3) return [name, symbolsOfTexts(shape)];
      if (name === 'mask') return [name, masksOfTexts(shape)];
      const values =
        shape.length === 4
          ? Float32Array.from(uniforms(SEED, `parity/${name}`, count))
          : normals(SEED, `parity/${name}`, count);
      return [name, values];
    }),
  );
}

function classesInTurn(count: number, classes: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Number(i % classes === Math.floor(i / classes) % classes));
}

/** Returns symbols [batch, positions, vocabulary], one-hot, and zeros beyond the end of each text. */
function symbolsOfTexts([batch = 0, positions = 0, vocabulary = 0]: readonly number[]): Float32Array {
  const mask = masksOfTexts([batch, positions]);
  const places = Array.from(mask, (isText, place) => [isText, (place * SYMBOL_STRIDE) % vocabulary] as const);
  const symbols = new Float32Array(batch * positions * vocabulary);
  for (const [place, [isText, code]] of places.entries()) symbols[place * vocabulary + code] = isText;
  return symbols;
}

/** Returns masks [batch, positions], 1 up to the end of each text: the first is as long as can be. */
function masksOfTexts([batch = 0, positions = 0]: readonly number[]): Float32Array {
  return Float32Array.from({ length: batch * positions }, (_, at) => {
    const [item, position] = [Math.floor(at / positions), at % positions];
    return Number(position < positions - ((item * SYMBOL_STRIDE) % positions));
  });
}

function sessionOutputs(program: Program, state: StateMap, feed: Outputs): Outputs {
  const optimizer = { kind: 'adam', beta1: 0, beta2: 0, epsilon: 0 } as const;
  const session = compile({
    state,
    programs: { forward: program },
    optimizer,
    seed: SEED,
    towers: 1,
    precision: 'float32',
  });
  try {
    return session.run('forward', feed);
  } finally {
    session.dispose();
  }
}

async function onnxRun({ onnxFile, programOf }: Exported): Promise<Run> {
  const session = await InferenceSession.create(onnxFile);
  return async (feed, batch) => {
    const shapes = programOf(batch).feed;
    const inputs = Object.entries(feed).map(([name, values]) => [
      name,
      new Tensor('float32', values, shapes[name]?.shape),
    ]);
    const outputs = await session.run(Object.fromEntries(inputs));
    return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, tensor.data as Float32Array]));
  };
}

async function graphModelRun({ programOf }: Exported, graphModelFile: string): Promise<Run> {
  const model = await tf.loadGraphModel(`file://${graphModelFile}`);
  return async (feed, batch) => {
    const program = programOf(batch);
    const names = model.outputs.map(({ name }) => name.split(':')[0] as string);
    const outputs = tf.tidy(() => {
      const inputs = Object.entries(feed).map(([name, values]) => [
        `feed/${name}`,
        tf.tensor(values, [...(program.feed[name]?.shape ?? [])]),
      ]);
      const tensors = model.execute(Object.fromEntries(inputs), names);
      return (Array.isArray(tensors) ? tensors : [tensors]).map((tensor) => tensor.dataSync() as Float32Array);
    });
    return Object.fromEntries(names.map((name, i) => [name, outputs[i] as Float32Array]));
  };
}

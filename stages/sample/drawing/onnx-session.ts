// Runs a session of ONNX Runtime over batches of one size, for the encoder and the decoder of a stored model.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { checkNetwork, type Ports } from '#core/model/network/check-network.ts';
import { InferenceSession, Tensor } from '#core/model/onnx-runtime.ts';

import { checkDeadline } from '../large/deadline.ts';

/**
 * Number of rows of every batch; short batches are padded. Kernels choose their summation order by the batch size, so with
 * a varying size the last bits of a sample would depend on how many are drawn with it. Batches of 8 decode at 85 % of the
 * rate of batches of 64.
 */
export const BATCH = 8;

/** Throws CorruptObjectError if the file is not such a network. */
export async function openOnnxSession(bytes: Uint8Array, threads: number, ports: Ports): Promise<InferenceSession> {
  checkNetwork(bytes, ports);
  return createSession(bytes, threads);
}

/** Returns one output of a run. Throws CorruptObjectError if the run fails, and DeadlinePassed. */
export async function runOnnxSession(
  session: InferenceSession,
  feeds: Record<string, Tensor>,
  output: string,
): Promise<Float32Array> {
  return (await runOnnxOutputs(session, feeds, [output]))[output] as Float32Array;
}

/** Returns outputs of a run by their names. Throws CorruptObjectError if the run fails, and DeadlinePassed. */
export async function runOnnxOutputs(
  session: InferenceSession,
  feeds: Record<string, Tensor>,
  outputs: readonly string[],
): Promise<Readonly<Record<string, Float32Array>>> {
  checkDeadline();
  try {
    const results = await session.run(feeds, [...outputs]);
    return Object.fromEntries(outputs.map((name) => [name, results[name]?.data as Float32Array]));
  } catch (error) {
    throw corruptNetwork('ONNX Runtime cannot run it', error);
  }
}

/** Returns [BATCH, classes]: one-hot rows, all zeros for an item without a class. */
export function oneHotBatch(labels: Int32Array, classes: number): Tensor {
  const values = new Float32Array(BATCH * classes);
  if (classes > 0)
    labels.forEach((label, row) => {
      if (label >= 0) values[row * classes + label] = 1;
    });
  return new Tensor('float32', values, [BATCH, classes]);
}

export function corruptNetwork(what: string, cause?: unknown): GoldpanError {
  return new GoldpanError(FAILURE.corruptObject, `A stored network of the model is invalid: ${what}`, { cause });
}

async function createSession(bytes: Uint8Array, threads: number): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(bytes, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // A spinning thread uses up the CPU share of the function while it waits.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  } catch (error) {
    throw corruptNetwork('ONNX Runtime cannot open it', error);
  }
}

// One step of a program, with its gradients, over slices of the batch that TensorFlow can work on side by side.
import type { Scalar, Tensor } from '@tensorflow/tfjs-node';
import { tf } from './tensorflow.ts';
import type { Context, Params, Program, StepResult } from './types.ts';

export interface StepInputs {
  readonly params: Params;
  readonly feed: Readonly<Record<string, Tensor>>;
  readonly towers: number;
  readonly contextOf: (tower: number) => Context;
}

export interface TowersResult {
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly loss?: Tensor;
  /** By weight name; empty where nothing is trained. */
  readonly gradients: Readonly<Record<string, Tensor>>;
}

/**
 * The batch's mean loss and gradients, and outputs as one batch would give them: vectors per item are joined, scalars
 * averaged. The caller owns the tensors (call inside `tf.tidy`).
 */
export function runTowers(program: Program, inputs: StepInputs): TowersResult {
  const slices = Object.entries(inputs.feed).map(([name, tensor]) => {
    const split = inputs.towers > 1 && (program.batched ?? []).includes(name);
    return [name, split ? tf.split(tensor, inputs.towers, 0) : undefined, tensor] as const;
  });
  const results: TowersResult[] = [];
  for (let tower = 0; tower < inputs.towers; tower++) {
    const feed = Object.fromEntries(slices.map(([name, parts, whole]) => [name, parts?.[tower] ?? whole]));
    results.push(runOne(program, inputs, feed, inputs.contextOf(tower)));
  }
  return inputs.towers === 1 ? (results[0] as TowersResult) : joined(results);
}

/** The names of the weights that a program trains. Throws where a part it names has none. */
export function trainedNames(program: Program, names: readonly string[]): string[] {
  for (const part of program.updates) {
    if (!names.some((name) => name.startsWith(`${part}/`))) throw new Error(`there is no part ${part} to update`);
  }
  return names.filter((name) => program.updates.includes(name.split('/')[0] as string));
}

function runOne(program: Program, inputs: StepInputs, feed: Record<string, Tensor>, context: Context): TowersResult {
  if (program.updates.length === 0)
    return { outputs: program.step(inputs.params, feed, context).outputs, gradients: {} };
  const names = trainedNames(program, Object.keys(inputs.params));
  let outputs: Record<string, Tensor> = {};
  const lossOf = (...weights: Tensor[]): Scalar => {
    const trained = Object.fromEntries(names.map((name, i) => [name, weights[i] as Tensor]));
    const result: StepResult = program.step({ ...inputs.params, ...trained }, feed, context);
    if (result.loss === undefined) throw new Error(`a program that updates ${program.updates} must return a loss`);
    // The tape's own clean-up would take the outputs away.
    outputs = mapValues(result.outputs, (tensor) => tf.keep(tensor.clone()));
    return tf.mul(result.loss, 1 / inputs.towers) as Scalar;
  };
  const { value, grads } = tf.valueAndGrads(lossOf)(names.map((name) => inputs.params[name] as Tensor));
  const gradients = Object.fromEntries(names.map((name, i) => [name, grads[i] as Tensor]));
  return { outputs: mapValues(outputs, handOver), loss: value, gradients };
}

function joined(results: readonly TowersResult[]): TowersResult {
  const first = results[0] as TowersResult;
  const outputs = mapValues(first.outputs, (tensor, name) => {
    const parts = results.map((result) => result.outputs[name] as Tensor);
    return tensor.rank > 0 ? tf.concat(parts, 0) : tf.mul(tf.addN(parts), 1 / results.length);
  });
  const gradients = mapValues(first.gradients, (_, name) =>
    tf.addN(results.map((result) => result.gradients[name] as Tensor)),
  );
  if (first.loss === undefined) return { outputs, gradients };
  return { outputs, loss: tf.addN(results.map((result) => result.loss as Tensor)), gradients };
}

/** Gives a kept tensor to the enclosing tidy. */
function handOver(tensor: Tensor): Tensor {
  const owned = tensor.clone();
  tensor.dispose();
  return owned;
}

function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  change: (value: A, name: string) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));
}

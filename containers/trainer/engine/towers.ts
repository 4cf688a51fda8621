// Runs one step of a program, with its gradients, over slices of the batch that TensorFlow can compute in parallel.
import type { Scalar, Tensor } from '@tensorflow/tfjs-node';
import { trainedNames } from './state.ts';
import { tf } from './tensorflow.ts';
import type { Params, Program, StepResult, TraceContext } from './types.ts';

export type StepInputs = {
  readonly params: Params;
  readonly feed: Readonly<Record<string, Tensor>>;
  readonly towers: number;
  readonly contextOf: (tower: number) => TraceContext;
};

export type TowersResult = {
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly loss?: Tensor;
  /** By weight name; empty if nothing is trained. */
  readonly gradients: Readonly<Record<string, Tensor>>;
  /** Next values by state name. */
  readonly assigns: Readonly<Record<string, Tensor>>;
  /** Mean squares of observed layers by site; only of programs that train. */
  readonly observed: Readonly<Record<string, Tensor>>;
};

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

function runOne(
  program: Program,
  inputs: StepInputs,
  feed: Record<string, Tensor>,
  context: TraceContext,
): TowersResult {
  if (program.updates.length === 0) {
    const { outputs, assigns = {} } = program.step(inputs.params, feed, context);
    return { outputs, assigns, gradients: {}, observed: {} };
  }
  const names = trainedNames(program, Object.keys(inputs.params));
  // The clean-up of the gradient tape would dispose everything except the loss and the gradients.
  let kept: Pick<TowersResult, 'outputs' | 'assigns' | 'observed'> = { outputs: {}, assigns: {}, observed: {} };
  const lossOf = (...weights: Tensor[]): Scalar => {
    const trained = Object.fromEntries(names.map((name, i) => [name, weights[i] as Tensor]));
    const { context: watching, observed } = observing(context);
    const result: StepResult = program.step({ ...inputs.params, ...trained }, feed, watching);
    if (result.loss === undefined) throw new Error(`a program that updates ${program.updates} must return a loss`);
    kept = { outputs: keep(result.outputs), assigns: keep(result.assigns ?? {}), observed: keep(observed) };
    return tf.mul(result.loss, 1 / inputs.towers) as Scalar;
  };
  const { value, grads } = tf.valueAndGrads(lossOf)(names.map((name) => inputs.params[name] as Tensor));
  const gradients = Object.fromEntries(names.map((name, i) => [name, grads[i] as Tensor]));
  const { outputs, assigns, observed } = kept;
  return {
    outputs: mapValues(outputs, handOver),
    assigns: mapValues(assigns, handOver),
    observed: mapValues(observed, handOver),
    loss: value,
    gradients,
  };
}

function observing(context: TraceContext): { context: TraceContext; observed: Record<string, Tensor> } {
  const observed: Record<string, Tensor> = {};
  const observe = (site: string, x: Tensor): Tensor => {
    if (site in observed) throw new Error(`${site} is observed twice: give each layer its own name`);
    observed[site] = tf.mean(tf.square(x));
    return x;
  };
  return { context: { ...context, observe }, observed };
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
  const averaged = (of: 'assigns' | 'observed') =>
    mapValues(first[of], (_, name) =>
      tf.mul(tf.addN(results.map((result) => result[of][name] as Tensor)), 1 / results.length),
    );
  const rest = { outputs, gradients, assigns: averaged('assigns'), observed: averaged('observed') };
  if (first.loss === undefined) return rest;
  return { ...rest, loss: tf.addN(results.map((result) => result.loss as Tensor)), gradients };
}

function keep(tensors: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  return mapValues(tensors, (tensor) => tf.keep(tensor.clone()));
}

/** Returns a kept tensor to the enclosing tidy, which will dispose it. */
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

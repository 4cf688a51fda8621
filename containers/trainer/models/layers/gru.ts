// A gated recurrent unit over a whole sequence (Cho et al. 2014), with TensorFlow's fused cell: one node per position forward and one back,
// and one product per kernel for the gradients of all positions.
import type { Tensor } from '@tensorflow/tfjs-node';
import { attribute, executeOp, executeOps } from '../../engine/binding.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { Params } from '../../engine/types.ts';
import type { WeightShapes } from './initial.ts';
import { dense, matMul, sigmoid, tanh } from './ops.ts';

const FLOAT = attribute.type('T', 'float32');
/** Outputs of the cell: reset gate, update gate, candidate, state. */
const CELL_OUTPUTS = 4;

type Kernels = Readonly<Record<'gates' | 'gatesBias' | 'candidate' | 'candidateBias', Tensor>>;

export function gruShapes(name: string, inputs: number, units: number): WeightShapes {
  return {
    [`${name}/gates/kernel`]: [inputs + units, 2 * units],
    [`${name}/gates/bias`]: [2 * units],
    [`${name}/candidate/kernel`]: [inputs + units, units],
    [`${name}/candidate/bias`]: [units],
  };
}

/**
 * Returns the states after each position [positions * batch, units] from x [positions * batch, inputs], ordered by position, with a first
 * state of zeros. Differentiable once.
 */
export function gru(params: Params, name: string, x: Tensor, positions: number): Tensor {
  return sequence(params, name, x, { positions });
}

/**
 * Returns the same from the end of each text to its first position; `mask` [positions, batch] is 1 up to the end, and states beyond it are
 * zeros.
 */
export function gruBackwards(params: Params, name: string, x: Tensor, mask: Tensor): Tensor {
  return sequence(params, name, x, { positions: mask.shape[0] as number, mask });
}

type Sequence = { readonly positions: number; readonly mask?: Tensor };

function sequence(params: Params, name: string, x: Tensor, { positions, mask }: Sequence): Tensor {
  const kernels = kernelsOf(params, name);
  const { gates, gatesBias, candidate, candidateBias } = kernels;
  const units = candidate.shape[1] as number;
  const batch = (x.shape[0] as number) / positions;
  const order = Array.from({ length: positions }, (_, at) => (mask ? positions - 1 - at : at));
  const masks = mask && unstack(tf.reshape(mask, [positions * batch, 1]), positions);
  return tf.customGrad((...given) => {
    const save = given.pop() as unknown as (tensors: Tensor[]) => void;
    const inputs = unstack(x, positions);
    const made: Tensor[][] = new Array(positions);
    let state: Tensor = tf.fill([batch, units], 0);
    const first = state;
    for (const at of order) {
      made[at] = executeOps(
        'GRUBlockCell',
        [FLOAT],
        [inputs[at] as Tensor, state, ...cellWeights(kernels)],
        CELL_OUTPUTS,
      );
      if (masks) made[at][3] = tf.mul(made[at][3] as Tensor, masks[at] as Tensor);
      state = made[at][3] as Tensor;
    }
    save([x, gates, gatesBias, candidate, candidateBias, first, ...made.flat(), ...(masks ?? [])]);
    return {
      value: stack(made.map((cell) => cell[3] as Tensor)),
      gradFunc: (dy: Tensor, saved: Tensor[]) => gradients(dy, saved, order),
    };
  })(x, gates, gatesBias, candidate, candidateBias);
}

/** Returns the next state [batch, units] of one position, from operations that every export format supports. */
export function gruStep(params: Params, name: string, x: Tensor, state: Tensor): Tensor {
  const { gates, gatesBias, candidate, candidateBias } = kernelsOf(params, name);
  const [batch, units] = state.shape as [number, number];
  const both = sigmoid(dense(tf.concat([x, state], 1), gates, gatesBias));
  const reset = tf.slice(both, [0, 0], [batch, units]);
  const update = tf.slice(both, [0, units], [batch, units]);
  const next = tanh(dense(tf.concat([x, tf.mul(reset, state)], 1), candidate, candidateBias));
  return tf.add(next, tf.mul(update, tf.sub(state, next)));
}

function kernelsOf(params: Params, name: string): Kernels {
  const of = (part: string) => params[`${name}/${part}`] as Tensor;
  return {
    gates: of('gates/kernel'),
    gatesBias: of('gates/bias'),
    candidate: of('candidate/kernel'),
    candidateBias: of('candidate/bias'),
  };
}

function cellWeights({ gates, gatesBias, candidate, candidateBias }: Kernels): Tensor[] {
  return [gates, candidate, gatesBias, candidateBias];
}

/**
 * Propagates back through the positions, then computes the gradients of all kernels at once from the states and inputs of all positions.
 */
function gradients(dy: Tensor, saved: Tensor[], order: readonly number[]): Tensor[] {
  const [x, gates, gatesBias, candidate, candidateBias, first, ...cells] = saved as [
    ...[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor],
    ...Tensor[],
  ];
  const positions = order.length;
  const masks = cells.slice(CELL_OUTPUTS * positions);
  const weights = cellWeights({ gates, gatesBias, candidate, candidateBias });
  const cellAt = (at: number) => cells.slice(at * CELL_OUTPUTS, (at + 1) * CELL_OUTPUTS);
  const stateBefore = (place: number) => (place === 0 ? first : (cellAt(order[place - 1] as number)[3] as Tensor));
  const inputs = unstack(x, positions);
  const outer = unstack(dy, positions);
  const [dx, dCandidate, dGates, before, resets]: Tensor[][] = [[], [], [], [], []];
  let carried: Tensor | undefined;
  for (let place = positions - 1; place >= 0; place--) {
    const at = order[place] as number;
    const [reset, update, next] = cellAt(at) as [Tensor, Tensor, Tensor];
    const toMasked = carried ? tf.add(outer[at] as Tensor, carried) : (outer[at] as Tensor);
    const dState = masks[at] ? tf.mul(toMasked, masks[at]) : toMasked;
    const state = stateBefore(place);
    const given = [inputs[at] as Tensor, state, ...weights, reset, update, next, dState];
    const [toInput, toState, toCandidate, toGates] = executeOps('GRUBlockCellGrad', [FLOAT], given, CELL_OUTPUTS);
    carried = toState;
    (dx as Tensor[])[at] = toInput as Tensor;
    (dCandidate as Tensor[])[at] = toCandidate as Tensor;
    (dGates as Tensor[])[at] = toGates as Tensor;
    (before as Tensor[])[at] = state;
    (resets as Tensor[])[at] = reset;
  }
  const [allBefore, allGates, allCandidate] = [
    stack(before as Tensor[]),
    stack(dGates as Tensor[]),
    stack(dCandidate as Tensor[]),
  ];
  const read = tf.concat([x, allBefore], 1);
  const readByCandidate = tf.concat([x, tf.mul(stack(resets as Tensor[]), allBefore)], 1);
  return [
    stack(dx as Tensor[]),
    matMul(read, allGates, true),
    columnSums(allGates),
    matMul(readByCandidate, allCandidate, true),
    columnSums(allCandidate),
  ];
}

function columnSums(x: Tensor): Tensor {
  return tf.reshape(matMul(tf.fill([1, x.shape[0] as number], 1), x), [x.shape[1] as number]);
}

/** Splits [positions * batch, n] into `positions` tensors [batch, n]. */
function unstack(x: Tensor, positions: number): Tensor[] {
  if (positions === 1) return [x];
  const [rows, columns] = x.shape as [number, number];
  const whole = executeOp(
    'Reshape',
    [FLOAT, attribute.type('Tshape', 'int32')],
    [x, tf.tensor1d([positions, rows / positions, columns], 'int32')],
  );
  return executeOps('Unpack', [FLOAT, attribute.int('num', positions), attribute.int('axis', 0)], [whole], positions);
}

function stack(parts: readonly Tensor[]): Tensor {
  return parts.length === 1 ? (parts[0] as Tensor) : tf.concat([...parts], 0);
}

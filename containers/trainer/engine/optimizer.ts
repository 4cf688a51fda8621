// Adam inside the graph: one kernel per weight (Kingma and Ba 2015; decoupled decay after Loshchilov and Hutter 2019).
import { DTYPE } from './binding.ts';
import { constantNode, type GraphNode, value } from './graph.ts';
import { beta1Of, isAveraged, partOf, slotNames } from './state.ts';
import type { OptimizerOptions } from './types.ts';

const FLOAT = { T: value.type('float32') };
const VARIABLE = { dtype: value.type('float32') };

export type TrainedWeight = {
  readonly name: string;
  readonly rank: number;
  /** `node:output` of its gradient, already clipped. */
  readonly gradient: string;
};

/** The handle of a state entry's variable, and the node that reads it before any update of the run. */
export const handleOf = (name: string): string => `state/${name}`;
export const readOf = (name: string): string => `read/${name}`;

/** Returns the nodes that update the weights of one program. Nodes that depend on `<prefix>/updated` run after them. */
export function updateNodes(
  prefix: string,
  weights: readonly TrainedWeight[],
  rates: { readonly learningRate: string; readonly emaDecay: string },
  options: OptimizerOptions,
): GraphNode[] {
  const { learningRate } = rates;
  const nodes: GraphNode[] = [];
  const updates: string[] = [];
  const add = (name: string, op: string, input: string[], attr: GraphNode['attr']): string => {
    nodes.push({ name: `${prefix}/${name}`, op, input, attr });
    return `${prefix}/${name}`;
  };
  const constant = (name: string, number: number): string => {
    const node = constantNode(`${prefix}/${name}`, DTYPE.float32, [], Float32Array.of(number));
    nodes.push(node);
    return `${node.name}:0`;
  };
  const parts = [...new Set(weights.map(({ name }) => partOf(name)))];
  const beta1 = new Map(parts.map((part) => [part, constant(`beta1/${part}`, beta1Of(part, options))]));
  const beta2 = constant('beta2', options.beta2);
  const epsilon = constant('epsilon', options.epsilon);
  const decay = options.kind === 'adamw' ? constant('weightDecay', options.weightDecay ?? 0) : undefined;
  const isAveraging = options.emaDecay !== 'asked' && weights.some(({ name }) => isAveraged(name, options));
  const forget = !isAveraging
    ? undefined
    : options.emaDecay === 'fed'
      ? `${add('emaForget', 'Sub', [constant('one', 1), rates.emaDecay], FLOAT)}:0`
      : constant('emaForget', 1 - (options.emaDecay as number));

  for (const { name, rank, gradient } of weights) {
    // The gradient of a bias does not depend on its value, so without this control input the bias could be read after its update.
    const after = [`^${readOf(name)}`];
    // Weight decay applies to matrices only, not to biases and gains.
    if (decay !== undefined && rank > 1) {
      const rate = add(`decayRate/${name}`, 'Mul', [decay, learningRate], FLOAT);
      const amount = add(`decayAmount/${name}`, 'Mul', [`${readOf(name)}:0`, `${rate}:0`], FLOAT);
      after.push(`^${add(`decay/${name}`, 'AssignSubVariableOp', [handleOf(name), `${amount}:0`], VARIABLE)}`);
    }
    const slots = [slotNames.firstMoment(name), slotNames.secondMoment(name)].map(handleOf);
    const powers = [slotNames.beta1Power(partOf(name)), slotNames.beta2Power(partOf(name))].map(
      (power) => `${readOf(power)}:0`,
    );
    const rate1 = beta1.get(partOf(name)) as string;
    const input = [handleOf(name), ...slots, ...powers, learningRate, rate1, beta2, epsilon, gradient, ...after];
    const adam = add(`adam/${name}`, 'ResourceApplyAdam', input, { ...FLOAT, use_locking: value.bool(false) });
    updates.push(adam);
    if (forget !== undefined && isAveraged(name, options)) {
      const average = slotNames.average(name);
      const moved = add(`moved/${name}`, 'ReadVariableOp', [handleOf(name), `^${adam}`], VARIABLE);
      const distance = add(`distance/${name}`, 'Sub', [`${readOf(average)}:0`, `${moved}:0`], FLOAT);
      const change = add(`change/${name}`, 'Mul', [`${distance}:0`, forget], FLOAT);
      updates.push(add(`ema/${name}`, 'AssignSubVariableOp', [handleOf(average), `${change}:0`], VARIABLE));
    }
  }
  const waited = updates.map((update) => `^${update}`);
  for (const part of parts) {
    for (const [power, beta] of [
      [slotNames.beta1Power(part), beta1.get(part) as string],
      [slotNames.beta2Power(part), beta2],
    ] as const) {
      const next = add(`next/${power}`, 'Mul', [`${readOf(power)}:0`, beta], FLOAT);
      updates.push(add(`power/${power}`, 'AssignVariableOp', [handleOf(power), `${next}:0`, ...waited], VARIABLE));
    }
  }
  add(
    'updated',
    'NoOp',
    updates.map((update) => `^${update}`),
    {},
  );
  return nodes;
}

/** Returns the nodes that update the averages of these weights with the scalar at `decay`. Nodes that depend on `<prefix>/averaged` run after them. */
export function averageNodes(prefix: string, weights: readonly string[], decay: string): GraphNode[] {
  const one = constantNode(`${prefix}/one`, DTYPE.float32, [], Float32Array.of(1));
  const share: GraphNode = { name: `${prefix}/share`, op: 'Sub', input: [`${one.name}:0`, decay], attr: FLOAT };
  const moved = weights.flatMap((weight): GraphNode[] => {
    const average = slotNames.average(weight);
    const distance = `${prefix}/distance/${weight}`;
    const input = [handleOf(average), `${share.name}:0`, `${distance}:0`];
    return [
      { name: distance, op: 'Sub', input: [`${readOf(average)}:0`, `${readOf(weight)}:0`], attr: FLOAT },
      // var -= alpha * delta in one pass over the memory.
      {
        name: `${prefix}/move/${weight}`,
        op: 'ResourceApplyGradientDescent',
        input,
        attr: { ...FLOAT, use_locking: value.bool(false) },
      },
    ];
  });
  const input = weights.map((weight) => `^${prefix}/move/${weight}`);
  return [one, share, ...moved, { name: `${prefix}/averaged`, op: 'NoOp', input, attr: {} }];
}

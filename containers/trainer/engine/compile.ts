// Compiles programs over plain tensors into one session graph that contains the state.
import type { Tensor } from '@tensorflow/tfjs-node';
import { DTYPE, deviceInUse } from './binding.ts';
import { createContext, drawKey } from './context.ts';
import { constantNode, type GraphNode, value } from './graph.ts';
import { inBfloat16 } from './kernels/bfloat16.ts';
import { withoutProductSums } from './kernels/product-sums.ts';
import { withoutSingleChannels } from './kernels/single-channel.ts';
import { averageNodes, handleOf, readOf, updateNodes } from './optimizer.ts';
import type { RecordedOutput, Recorder } from './record.ts';
import { AVERAGE, type Draw, openSession, type ProgramPlan } from './session.ts';
import { completeState, isAverageFed, partOf, slotNames, weightNames } from './state.ts';
import { tf } from './tensorflow.ts';
import { runTowers, type TowersResult } from './towers.ts';
import { trace } from './trace.ts';
import type { CompileOptions, FeedSpec, Program, Session, StateEntry } from './types.ts';

const LEARNING_RATE: Readonly<Record<string, FeedSpec>> = { learningRate: { shape: [], dtype: 'float32' } };
const EMA_DECAY: Readonly<Record<string, FeedSpec>> = { emaDecay: { shape: [], dtype: 'float32' } };
const EXAMPLE_RATE = 1e-3;
const NORM = 'norm/';
/** Prefix of the outputs of `Session.norms`. */
export const NORM_OF = { gradient: `${NORM}gradient/`, activation: `${NORM}activation/` } as const;

/**
 * Traces every program and opens a session with the given state in it. Throws when a program cannot be traced, and when a
 * training program's batch is no multiple of `towers` (another program then runs in one tower).
 */
export function compile<Name extends string>(options: CompileOptions<Name>): Session<Name> {
  const programs: Readonly<Record<string, Program>> = options.programs;
  const state = completeState(options.state, programs, options.optimizer);
  const nodes = stateNodes(state);
  const plans = new Map<string, ProgramPlan>();
  for (const [name, program] of Object.entries(programs)) {
    const emitted = emitProgram(name, program, state, options);
    nodes.push(...emitted.nodes);
    plans.set(name, emitted.plan);
  }
  if (options.optimizer.emaDecay === 'asked') {
    const averaged = emitAverage(state);
    nodes.push(...averaged.nodes);
    plans.set(AVERAGE, averaged.plan);
  }
  return openSession({ nodes, plans, state, given: options.state, seed: options.seed });
}

function emitProgram(
  name: string,
  program: Program,
  state: ReadonlyMap<string, StateEntry>,
  options: CompileOptions<string>,
): { nodes: GraphNode[]; plan: ProgramPlan } {
  const training = program.updates.length > 0;
  if (training && program.averaged) throw new Error(`${name} trains: it cannot read averaged weights`);
  const feed = {
    ...program.feed,
    ...(training && LEARNING_RATE),
    ...(isAverageFed(program, options.optimizer) && EMA_DECAY),
  };
  const towers = towersOf(name, program, options.towers);
  const weights = weightNames(state);
  const draws = new Map<string, Draw>();

  const recording = trace(name, (recorder, variant) => {
    const tensors = exampleFeed(feed, variant);
    for (const [key, tensor] of Object.entries(tensors)) recorder.input(`${name}/feed/${key}`, tensor);
    const params = Object.fromEntries(weights.map((key) => [key, weightInput(recorder, key, state, program)]));
    const contextOf = (tower: number) => {
      const keyOf = (site: string): Tensor => {
        const input = `${name}/draw${tower}/${site}`;
        const key = tf.tensor1d(drawKey({ seed: variant, step: variant, draw: 0 }, site, tower), 'int32');
        recorder.input(input, key);
        draws.set(input, { input, site, tower });
        return key;
      };
      return createContext({ keyOf, scalars: scalarsOf(feed, tensors), training });
    };
    const result = runTowers(program, { params, feed: tensors, towers, contextOf });
    const gradients = clipped(result.gradients, options.optimizer.clipNorm);
    const loss: Record<string, Tensor> = result.loss === undefined ? {} : { loss: result.loss };
    const norms = { ...rootMeanSquares(result), ...result.outputs, ...loss };
    return {
      ...prefixed('output/', norms),
      ...prefixed('gradient/', gradients),
      ...prefixed('assign/', result.assigns),
    };
  });

  const inputs = [...recording.inputs].filter(([input]) => input.startsWith(`${name}/`));
  const nodes: GraphNode[] = inputs.map(([input, { shape, dtype }]) => ({
    name: input,
    op: 'Placeholder',
    input: [],
    attr: { dtype: { type: dtype }, shape: value.shape(shape) },
  }));
  const fetched = new Set(Object.values(recording.outputs).map(({ ref }) => ref));
  const summed = withoutProductSums(recording.nodes, recording.inputs, fetched);
  const recorded = withoutSingleChannels(summed, recording.inputs);
  const isLowered = options.precision === 'bfloat16';
  nodes.push(...(isLowered ? inBfloat16(name, recorded, recording.inputs, deviceInUse()) : recorded));
  const trained = withPrefix('gradient/', recording.outputs).map(([key, { ref, shape }]) => ({
    name: key,
    rank: shape.length,
    gradient: ref,
  }));
  const rates = { learningRate: `${name}/feed/learningRate:0`, emaDecay: `${name}/feed/emaDecay:0` };
  if (training) nodes.push(...updateNodes(`${name}/update`, trained, rates, options.optimizer));
  const moved = assignNodes(name, withPrefix('assign/', recording.outputs), state, program);
  nodes.push(...moved);
  const before = [...(training ? [`^${name}/update/updated`] : []), ...moved.map((node) => `^${node.name}`)];
  const outputs = withPrefix('output/', recording.outputs);
  for (const [key, { ref, dtype }] of outputs) {
    nodes.push({
      name: `${name}/output/${key}`,
      op: 'Identity',
      input: [ref, ...before],
      attr: { T: { type: dtype } },
    });
  }
  if (outputs.length === 0 && moved.length > 0) {
    // TensorFlow requires at least one fetched output.
    const input = ['done', ...before];
    nodes.push({ name: `${name}/output/done`, op: 'Identity', input, attr: { T: value.type('int32') } });
  }
  const names = outputs.length === 0 ? ['done'] : outputs.map(([key]) => key);
  const plan: ProgramPlan = {
    name,
    training,
    feed,
    draws: [...draws.values()],
    outputs: names.filter((key) => !key.startsWith(NORM)),
    norms: names.filter((key) => key.startsWith(NORM)),
  };
  return { nodes, plan };
}

/** Adds a program that updates all averages. */
function emitAverage(state: ReadonlyMap<string, StateEntry>): { nodes: GraphNode[]; plan: ProgramPlan } {
  const weights = weightNames(state).filter((name) => state.has(slotNames.average(name)));
  const decay = `${AVERAGE}/feed/emaDecay`;
  const attr = { dtype: value.type('float32'), shape: value.shape([]) };
  const done: GraphNode = {
    name: `${AVERAGE}/output/done`,
    op: 'Identity',
    input: ['done', `^${AVERAGE}/averaged`],
    attr: { T: value.type('int32') },
  };
  return {
    nodes: [{ name: decay, op: 'Placeholder', input: [], attr }, ...averageNodes(AVERAGE, weights, `${decay}:0`), done],
    plan: { name: AVERAGE, training: false, feed: EMA_DECAY, draws: [], outputs: ['done'], norms: [] },
  };
}

/** Assigns new values to the state that the program changes without a gradient, after it was read. */
function assignNodes(
  program: string,
  moved: readonly [string, RecordedOutput][],
  state: ReadonlyMap<string, StateEntry>,
  { updates }: Program,
): GraphNode[] {
  return moved.map(([name, { ref, shape }]) => {
    const entry = state.get(name);
    if (entry === undefined) throw new Error(`${program} assigns ${name}, which the state has not`);
    if (updates.includes(partOf(name))) throw new Error(`${program} both trains and assigns ${name}`);
    if (entry.shape.join() !== shape.join())
      throw new Error(`${program} assigns [${shape}] to ${name}, which is [${entry.shape}]`);
    return {
      name: `${program}/assign/${name}`,
      op: 'AssignVariableOp',
      input: [handleOf(name), ref, `^${readOf(name)}`],
      attr: { dtype: value.type('float32') },
    };
  });
}

/** Adds for each entry a variable, a node that reads it and a node that sets it; the node `loaded` sets all of them. */
function stateNodes(state: ReadonlyMap<string, StateEntry>): GraphNode[] {
  const nodes = [...state].flatMap(([name, { shape }]): GraphNode[] => {
    const dtype = value.type('float32');
    const handle = handleOf(name);
    const naming = { shared_name: value.string(handle), container: value.string('') };
    return [
      { name: handle, op: 'VarHandleOp', input: [], attr: { dtype, shape: value.shape(shape), ...naming } },
      { name: readOf(name), op: 'ReadVariableOp', input: [handle], attr: { dtype } },
      { name: `given/${name}`, op: 'Placeholder', input: [], attr: { dtype, shape: value.shape(shape) } },
      // Copies fed values, which may be memory of JavaScript. A variable that kept such memory would be moved by a TensorFlow thread, which
      // would free it without JavaScript knowing.
      { name: `own/${name}`, op: 'DeepCopy', input: [`given/${name}`], attr: { T: dtype } },
      { name: `assign/${name}`, op: 'AssignVariableOp', input: [handle, `own/${name}`], attr: { dtype } },
    ];
  });
  const done = constantNode('done', DTYPE.int32, [], Int32Array.of(1));
  const assigns = [...state.keys()].map((name) => `^assign/${name}`);
  return [
    ...nodes,
    done,
    { name: 'loaded', op: 'Identity', input: ['done', ...assigns], attr: { T: value.type('int32') } },
  ];
}

function towersOf(name: string, program: Program, towers: number): number {
  const batched = program.batched ?? [];
  if (batched.length === 0) return 1;
  if (batched.every((feed) => (program.feed[feed]?.shape[0] ?? 0) % towers === 0)) return towers;
  if (program.updates.length === 0) return 1;
  throw new Error(`${name}: the batch must be a multiple of the ${towers} towers`);
}

function weightInput(
  recorder: Recorder,
  name: string,
  state: ReadonlyMap<string, StateEntry>,
  { averaged }: Program,
): Tensor {
  const { shape, values } = state.get(name) as StateEntry;
  const tensor = tf.tensor(values, [...shape], 'float32');
  const average = slotNames.average(name);
  recorder.input(readOf(averaged && state.has(average) ? average : name), tensor);
  return tensor;
}

/** Norms of the gradients before clipping and of the observed layers, by the names under which they are fetched. */
function rootMeanSquares({ gradients, observed }: TowersResult): Record<string, Tensor> {
  const squares = Object.entries(gradients).map(([name, gradient]) => [name, tf.mean(tf.square(gradient))] as const);
  return Object.fromEntries([
    ...squares.map(([name, square]) => [NORM_OF.gradient + name, tf.sqrt(square)]),
    ...Object.entries(observed).map(([site, square]) => [NORM_OF.activation + site, tf.sqrt(square)]),
  ]);
}

/** Float feeds differ between the variants; integer ones stay 0, since an index must stay in its range. */
function exampleFeed(feed: Readonly<Record<string, FeedSpec>>, variant: number): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(feed).map(([name, { shape, dtype }]) => {
      const count = shape.reduce((a, b) => a * b, 1);
      const example = Float32Array.from(
        { length: count },
        (_, i) => ((i * (7 + 4 * variant)) % 101) / 101 + EXAMPLE_RATE,
      );
      return [name, dtype === 'float32' ? tf.tensor(example, [...shape]) : tf.zeros([...shape], 'int32')];
    }),
  );
}

function scalarsOf(feed: Readonly<Record<string, FeedSpec>>, tensors: Record<string, Tensor>): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(tensors).filter(([name]) => feed[name]?.shape.length === 0));
}

/** Scales all gradients by min(1, clipNorm / norm), the norm being that of all of them together. */
function clipped(
  gradients: Readonly<Record<string, Tensor>>,
  clipNorm: number | undefined,
): Readonly<Record<string, Tensor>> {
  if (clipNorm === undefined) return gradients;
  const squares = Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)));
  if (squares.length === 0) return gradients;
  const scale = tf.div(clipNorm, tf.maximum(tf.sqrt(tf.addN(squares)), clipNorm));
  return Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, tf.mul(gradient, scale)]));
}

function prefixed<T>(prefix: string, record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, item]) => [prefix + name, item]));
}

function withPrefix<T>(prefix: string, record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, item]) => [name.slice(prefix.length), item]);
}

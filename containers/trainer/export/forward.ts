// The forward pass of a program for any batch size. It is traced at two batch sizes, which shows the dimensions that depend on the batch.
import { isDeepStrictEqual } from 'node:util';
import type { Tensor } from '@tensorflow/tfjs-node';
import { createContext } from '../engine/context.ts';
import { type AttributeValue, type GraphNode, shapeOf, type TensorValue } from '../engine/graph.ts';
import { tf } from '../engine/tensorflow.ts';
import { runTowers } from '../engine/towers.ts';
import { trace } from '../engine/trace.ts';
import type { Program, StateEntry, StateMap } from '../engine/types.ts';

const BATCHES = [2, 3] as const;

/** A size that is the same for every batch, or a multiple of the batch size. */
export type Size = { readonly fixed: number } | { readonly perItem: number };

export type ForwardNode = GraphNode & {
  /** The values of an integer constant that follow the batch; its own value is then that of batch 2. */
  readonly sizes?: readonly Size[];
};

export type Port = {
  readonly name: string;
  /** `node:output` */
  readonly ref: string;
  /** Without the batch, which is the first axis. */
  readonly itemShape: readonly number[];
};

export type ForwardGraph = {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly weights: ReadonlyMap<string, StateEntry>;
  /** The nodes in the order of computation; only those that the outputs need. */
  readonly nodes: readonly ForwardNode[];
};

/** Throws when the program draws noise, has inputs without a batch axis, or needs the batch in a way no size can say. */
export function forwardGraph(name: string, programOf: (batch: number) => Program, state: StateMap): ForwardGraph {
  const [two, three] = BATCHES.map((batch) => traceForward(name, programOf(batch), state));
  if (two === undefined || three === undefined || two.nodes.length !== three.nodes.length) {
    throw new Error(`${name}: the ops depend on the batch, so no file can hold them for every batch`);
  }
  const outputs = Object.entries(two.outputs).map(([key, { ref, shape }]) => port(name, key, ref, shape));
  const inputs = [...two.inputs]
    .filter(([input]) => input.startsWith('feed/'))
    .map(([input, { shape }]) => port(name, input.slice('feed/'.length), `${input}:0`, shape));
  // A gradient records nodes that no output needs, and what they hold may depend on the batch in other ways.
  const kept = neededNodes(two.nodes, outputs);
  const needed = two.nodes.flatMap((node, i) => {
    return kept.has(node.name) ? [merged(name, node, three.nodes[i] as GraphNode)] : [];
  });
  const used = new Set([...needed.flatMap(({ input }) => input), ...outputs.map(({ ref }) => ref)]);
  const weights = new Map([...state].filter(([weight]) => used.has(`${weight}:0`)));
  return { inputs, outputs, weights, nodes: needed };
}

function traceForward(name: string, program: Program, state: StateMap) {
  if (program.updates.length > 0) throw new Error(`${name} trains; only a forward program can be exported`);
  return trace('op', (recorder, variant) => {
    const feed = Object.fromEntries(
      Object.entries(program.feed).map(([key, { shape, dtype }]) => {
        const count = shape.reduce((a, b) => a * b, 1);
        return [key, tf.tensor(new Float32Array(count).fill(variant), [...shape], dtype)];
      }),
    );
    for (const [key, tensor] of Object.entries(feed)) recorder.input(`feed/${key}`, tensor);
    const params = Object.fromEntries(
      [...state].map(([key, entry]) => [key, tf.tensor(entry.values, [...entry.shape])]),
    );
    for (const [key, tensor] of Object.entries(params)) recorder.input(key, tensor);
    const keyOf = (site: string): Tensor => {
      throw new Error(`${name} draws noise at ${site}: an exported program takes its noise as an input`);
    };
    const contextOf = () => createContext({ keyOf, scalars: feed, training: false });
    return { ...runTowers(program, { params, feed, towers: 1, contextOf }).outputs };
  });
}

function port(graph: string, name: string, ref: string, shape: readonly number[]): Port {
  if (shape[0] !== BATCHES[0])
    throw new Error(`${graph}: ${name} has the shape [${shape}], without the batch in front`);
  return { name, ref, itemShape: shape.slice(1) };
}

function merged(graph: string, two: GraphNode, three: GraphNode): ForwardNode {
  const same = two.op === three.op && isDeepStrictEqual(two.input, three.input);
  if (same && isDeepStrictEqual(two.attr, three.attr)) return two;
  const [a, b] = [two, three].map(({ attr }) => attr.value?.tensor);
  if (
    !same ||
    two.op !== 'Const' ||
    a?.dtype !== 3 ||
    b === undefined ||
    !isDeepStrictEqual(a.tensorShape, b.tensorShape)
  ) {
    throw new Error(`${graph}: ${two.op} (${two.origin}) depends on the batch other than by a size`);
  }
  const later = integers(b);
  const sizes = integers(a).map((size, i): Size => {
    const growth = (later[i] as number) - size;
    if (growth === 0) return { fixed: size };
    if (growth * BATCHES[0] !== size) throw new Error(`${graph}: a size of ${two.origin} is no multiple of the batch`);
    return { perItem: growth };
  });
  return { ...two, sizes };
}

/** The names of the nodes that the outputs depend on, and of the inputs and weights. */
function neededNodes(nodes: readonly GraphNode[], outputs: readonly Port[]): ReadonlySet<string> {
  const wanted = new Set(outputs.map(({ ref }) => ref.split(':')[0] as string));
  for (const node of nodes.toReversed())
    if (wanted.has(node.name)) for (const input of node.input) wanted.add(input.split(':')[0] as string);
  return wanted;
}

/** An int32 constant's values. */
export function integers(tensor: TensorValue): number[] {
  return [...new Int32Array(tensor.tensorContent.slice().buffer)];
}

/** A float32 constant's values. */
export function floats(tensor: TensorValue): Float32Array {
  return new Float32Array(tensor.tensorContent.slice().buffer);
}

export function constantShape(attribute: AttributeValue | undefined): number[] {
  return shapeOf(attribute?.tensor?.tensorShape ?? { dim: [] });
}

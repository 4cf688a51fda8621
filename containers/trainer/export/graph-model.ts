// A tfjs GraphModel: the forward graph in TensorFlow's own ops, with the batch read off the input at run time.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DTYPE } from '../engine/binding.ts';
import { constantNode, type GraphNode, value } from '../engine/graph.ts';
import { graphDefJson } from '../engine/graph-def.ts';
import { constantShape, type ForwardGraph, type ForwardNode, type Port, type Size } from './forward.ts';

/** Browsers cache files of this size whole. */
const SHARD_BYTES = 4 * 1024 * 1024;
const INT = { T: value.type('int32') };

type Weight = {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
  readonly bytes: Uint8Array;
};

/** Writes `model.json` and its weight shards into the folder and returns the names of the files. */
export function writeGraphModel(folder: string, graph: ForwardGraph): string[] {
  mkdirSync(folder, { recursive: true });
  const nodes = emitNodes(graph);
  const constants = nodes.filter(({ op }) => op === 'Const').map(constantWeight);
  const weights = [
    ...constants,
    ...[...graph.weights].map(([name, entry]) => floatWeight(name, entry.shape, entry.values)),
  ];
  const shards = inShards(Buffer.concat(weights.map(({ bytes }) => bytes)));
  const paths = shards.map((_, i) => `group1-shard${i + 1}of${shards.length}.bin`);
  const model = {
    format: 'graph-model',
    generatedBy: 'goldpan',
    convertedBy: 'goldpan',
    signature: { inputs: signature(graph.inputs, (port) => port.ref), outputs: signature(graph.outputs, outputRef) },
    modelTopology: graphDefJson([...nodes.map(withoutContent), ...[...graph.weights.keys()].map(weightNode)]),
    weightsManifest: [{ paths, weights: weights.map(({ name, shape, dtype }) => ({ name, shape, dtype })) }],
  };
  writeFileSync(join(folder, 'model.json'), JSON.stringify(model));
  shards.forEach((shard, i) => {
    writeFileSync(join(folder, paths[i] as string), shard);
  });
  return ['model.json', ...paths];
}

function emitNodes(graph: ForwardGraph): GraphNode[] {
  const inputs = graph.inputs.map(({ ref, itemShape }): GraphNode => {
    const attr = { dtype: value.type('float32'), shape: value.shape([-1, ...itemShape]) };
    return { name: nodeOf(ref), op: 'Placeholder', input: [], attr };
  });
  const first = graph.inputs[0] as Port;
  const nodes = graph.nodes.flatMap((node) => (node.sizes === undefined ? [node] : sizeNodes(node, node.sizes)));
  const outputs = graph.outputs.map((port): GraphNode => {
    return { name: nodeOf(outputRef(port)), op: 'Identity', input: [port.ref], attr: { T: value.type('float32') } };
  });
  const followsBatch = graph.nodes.some(({ sizes }) => sizes !== undefined);
  return [...inputs, ...(followsBatch ? batchNodes(first) : []), ...nodes, ...outputs];
}

/** The batch as a scalar: the first entry of the input's shape. */
function batchNodes(input: Port): GraphNode[] {
  const int = (name: string, values: number[], shape: number[]) =>
    constantNode(name, DTYPE.int32, shape, Int32Array.from(values));
  const masks = {
    begin_mask: { i: 0 },
    end_mask: { i: 0 },
    ellipsis_mask: { i: 0 },
    new_axis_mask: { i: 0 },
    shrink_axis_mask: { i: 1 },
  };
  return [
    {
      name: 'batch/shape',
      op: 'Shape',
      input: [input.ref],
      attr: { T: value.type('float32'), out_type: value.type('int32') },
    },
    int('batch/from', [0], [1]),
    int('batch/to', [1], [1]),
    int('batch/by', [1], [1]),
    {
      name: 'batch/size',
      op: 'StridedSlice',
      input: ['batch/shape:0', 'batch/from:0', 'batch/to:0', 'batch/by:0'],
      attr: { ...INT, Index: value.type('int32'), ...masks },
    },
  ];
}

/** The node's constant, computed from the batch under the node's own name. */
function sizeNodes(node: ForwardNode, sizes: readonly Size[]): GraphNode[] {
  const nodes: GraphNode[] = [];
  const parts = sizes.map((size, i) => {
    const name = `${node.name}/size${i}`;
    const number = 'fixed' in size ? size.fixed : size.perItem;
    if ('perItem' in size && size.perItem === 1) return 'batch/size:0';
    nodes.push(constantNode(name, DTYPE.int32, [], Int32Array.of(number)));
    if ('fixed' in size) return `${name}:0`;
    nodes.push({ name: `${name}/times`, op: 'Mul', input: ['batch/size:0', `${name}:0`], attr: INT });
    return `${name}/times:0`;
  });
  const [only] = parts;
  if (constantShape(node.attr.value).length === 0) {
    return [...nodes, { name: node.name, op: 'Identity', input: [only as string], attr: INT }];
  }
  return [
    ...nodes,
    { name: node.name, op: 'Pack', input: parts, attr: { ...INT, N: { i: parts.length }, axis: { i: 0 } } },
  ];
}

function weightNode(name: string): GraphNode {
  return { name, op: 'Const', input: [], attr: { dtype: value.type('float32') } };
}

function constantWeight({ name, attr }: GraphNode): Weight {
  const dtype = attr.dtype?.type === DTYPE.int32 ? 'int32' : 'float32';
  return {
    name,
    shape: constantShape(attr.value),
    dtype,
    bytes: attr.value?.tensor?.tensorContent ?? new Uint8Array(),
  };
}

function floatWeight(name: string, shape: readonly number[], values: Float32Array): Weight {
  return { name, shape, dtype: 'float32', bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}

function withoutContent(node: GraphNode): GraphNode {
  return node.op === 'Const' ? { ...node, attr: { dtype: node.attr.dtype ?? {} } } : node;
}

function signature(ports: readonly Port[], refOf: (port: Port) => string): Record<string, unknown> {
  const shape = ({ itemShape }: Port) => ({ dim: [-1, ...itemShape].map((size) => ({ size: String(size) })) });
  return Object.fromEntries(
    ports.map((port) => [port.name, { name: refOf(port), dtype: 'DT_FLOAT', tensorShape: shape(port) }]),
  );
}

function outputRef({ name }: Port): string {
  return `${name}:0`;
}

function nodeOf(ref: string): string {
  return ref.split(':')[0] as string;
}

function inShards(bytes: Buffer): Buffer[] {
  const count = Math.max(1, Math.ceil(bytes.length / SHARD_BYTES));
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * SHARD_BYTES, (i + 1) * SHARD_BYTES));
}

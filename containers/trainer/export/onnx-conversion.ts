// The state of a conversion to ONNX: the emitted nodes, and the layout in which each recorded value exists.
import { DTYPE } from '../engine/binding.ts';
import { constantShape, type ForwardGraph, type ForwardNode, floats, integers, type Size } from './forward.ts';
import type { OnnxAttributes, OnnxNode, OnnxTensor } from './onnx-proto.ts';

/** TensorFlow's images are channels last, ONNX's convolutions take channels first. */
export type ChannelOrder = 'last' | 'first';

const TO_LAYOUT = { last: [0, 2, 3, 1], first: [0, 3, 1, 2] } as const;

export type Conversion = {
  readonly nodes: readonly OnnxNode[];
  readonly tensors: readonly OnnxTensor[];
  /** Emits a node and gives its output's name. */
  emit(op: string, inputs: readonly string[], attributes?: OnnxAttributes): string;
  constant(dims: readonly number[], values: Float32Array | readonly number[]): string;
  /** The name of a constant that is stored once for its key: kernels that a pass and its gradient share. */
  sharedConstant(key: string, make: () => { readonly dims: readonly number[]; readonly values: Float32Array }): string;
  isShared(key: string): boolean;
  /** The value's name in a layout; a transposition is emitted where it does not exist yet. */
  get(ref: string, layout?: ChannelOrder): string;
  set(ref: string, name: string, layout: ChannelOrder): void;
  layoutOf(ref: string): ChannelOrder;
  /** The shape at batch 2. */
  shapeOf(ref: string): readonly number[];
  /** The values of a weight or constant; throws for anything computed. */
  floatsOf(ref: string): Float32Array;
  /** Returns the integers of a constant, which may depend on the batch size. */
  sizesOf(ref: string): readonly Size[];
  /** Returns the number of recorded nodes that read the value. */
  readersOf(ref: string): number;
  /** The node that made a value, if it was the last one emitted: it may then be replaced. */
  replaceLast(ref: string, change: (node: OnnxNode) => OnnxNode): void;
  lastMade(ref: string): OnnxNode | undefined;
};

export function conversion(graph: ForwardGraph): Conversion {
  const nodes: OnnxNode[] = [];
  const tensors = new Map<string, OnnxTensor>();
  const values = new Map<string, Partial<Record<ChannelOrder, string>>>();
  const made = new Map(graph.nodes.map((node) => [node.name, node]));
  const shapes = new Map<string, readonly number[]>();
  const shared = new Map<string, string>();
  for (const { ref, itemShape } of graph.inputs) shapes.set(ref, [2, ...itemShape]);
  for (const [name, { shape }] of graph.weights) shapes.set(`${name}:0`, shape);
  for (const { name, outputs } of graph.nodes)
    for (const [i, { shape }] of (outputs ?? []).entries()) shapes.set(`${name}:${i}`, shape);

  const constantNode = (ref: string): ForwardNode | undefined => {
    const node = made.get(ref.split(':')[0] as string);
    return node?.op === 'Const' ? node : undefined;
  };

  const self: Conversion = {
    nodes,
    get tensors() {
      return [...tensors.values()];
    },
    emit(op, inputs, attributes = {}) {
      const output = `v${nodes.length}_${op}`;
      nodes.push({ op, inputs, output, attributes });
      return output;
    },
    constant(dims, given) {
      const name = `c${tensors.size}`;
      const stored = given instanceof Float32Array ? given : BigInt64Array.from(given, BigInt);
      tensors.set(name, { name, dims, values: stored });
      return name;
    },
    sharedConstant(key, make) {
      const known = shared.get(key);
      if (known !== undefined) return known;
      const { dims, values: given } = make();
      const name = self.constant(dims, given);
      shared.set(key, name);
      return name;
    },
    isShared: (key) => shared.has(key),
    get(ref, layout = 'last') {
      const known = values.get(ref) ?? {};
      const there = known[layout];
      if (there !== undefined) return there;
      const other = known[layout === 'last' ? 'first' : 'last'];
      const name =
        other === undefined
          ? self.constant(self.shapeOf(ref), self.floatsOf(ref))
          : self.emit('Transpose', [other], { perm: { ints: TO_LAYOUT[layout] } });
      values.set(ref, { ...known, [layout]: name });
      return name;
    },
    set(ref, name, layout) {
      values.set(ref, { [layout]: name });
    },
    layoutOf(ref) {
      const known = values.get(ref);
      return known?.first !== undefined && known.last === undefined ? 'first' : 'last';
    },
    shapeOf(ref) {
      const shape = shapes.get(ref);
      if (shape === undefined) throw new Error(`nothing made ${ref}`);
      return shape;
    },
    floatsOf(ref) {
      const weight = graph.weights.get(ref.split(':')[0] as string);
      if (weight !== undefined) return weight.values;
      const tensor = constantNode(ref)?.attr.value?.tensor;
      if (tensor?.dtype !== DTYPE.float32) throw new Error(`${ref} is computed where ONNX needs a constant`);
      return floats(tensor);
    },
    sizesOf(ref) {
      const node = constantNode(ref);
      const tensor = node?.attr.value?.tensor;
      if (tensor?.dtype !== DTYPE.int32) throw new Error(`${ref} is computed where ONNX needs a constant`);
      const fixed = integers(tensor).map((size): Size => ({ fixed: size }));
      return node?.sizes ?? (constantShape(node?.attr.value).length === 0 ? fixed.slice(0, 1) : fixed);
    },
    readersOf: (ref) => graph.nodes.filter(({ input }) => input.includes(ref)).length,
    lastMade(ref) {
      const name = self.get(ref, self.layoutOf(ref));
      const last = nodes.at(-1);
      return last?.output === name ? last : undefined;
    },
    replaceLast(ref, change) {
      const last = self.lastMade(ref);
      if (last === undefined) throw new Error(`${ref} is not what was emitted last`);
      nodes[nodes.length - 1] = change(last);
    },
  };
  for (const { name, ref } of graph.inputs) self.set(ref, name, 'last');
  return self;
}

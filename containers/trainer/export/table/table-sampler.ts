// The sampler of a table's VAE as one ONNX graph: all sub-columns are drawn one after the other inside it. Each hidden unit is
// computed once, when the sub-columns that it reads are known, so that a row costs one pass of the network.

import type { StateMap } from '../../engine/types.ts';
import { unitDegrees } from '../../models/table/table-layout.ts';
import type { TableNetworkSizes } from '../../models/table/table-network.ts';
import { type OnnxAttributes, type OnnxNode, type OnnxTensor, onnxBytes } from '../onnx-proto.ts';

const FLOAT = 1;
/** Taken from the logit of a code that may not be drawn. */
const BARRED = 1e9;

/**
 * Inputs: `noise` [N, latentDim], `draws` [N, sub-columns] uniform in [0, 1), `given` [N, codes + sub-columns] as in training,
 * `allowed` [N, codes]: 1 where a code may be drawn. Outputs: `codes` [N, sub-columns], and `masses` [N, sub-columns]: the
 * probability of the allowed codes of each sub-column given those before it.
 */
export function tableSamplerOnnx(sizes: TableNetworkSizes, weights: StateMap): Uint8Array {
  const { layout, latentDim, units } = sizes;
  const { subColumns, codes: width } = layout;
  const degrees = unitDegrees(units, layout);
  const graph = builder(weights);
  const { emit, slice, matrix, constant } = graph;

  const context = ['hidden1', 'hidden2'].reduce(
    (input, name) => emit('Relu', [graph.dense(input, `context/${name}`)]),
    'given',
  );
  const prior = graph.dense(context, 'context/prior');
  const deviation = emit('Exp', [emit('Mul', [slice(prior, latentDim, 2 * latentDim), constant([1], [0.5])])]);
  const z = emit('Add', [slice(prior, 0, latentDim), emit('Mul', [deviation, 'noise'])]);
  const told = concat([context, z]);
  const base = graph.affine(told, 'decoder/inputContext', 'decoder/input/bias');
  const first = graph.affine(told, 'decoder/firstContext', 'decoder/first/bias');
  const logits = graph.affine(told, 'decoder/logitsContext', 'decoder/logits/bias');

  let [shown, active, corrected, hidden]: (string | undefined)[] = [];
  const drawn: string[] = [];
  const masses: string[] = [];
  for (const [place, { offset, codes }] of subColumns.entries()) {
    const known = degrees.filter((degree) => degree < place).length;
    const own = slice(logits, offset, offset + codes);
    const block = hidden
      ? emit('Add', [own, emit('MatMul', [hidden, matrix('decoder/logits', [0, known], [offset, offset + codes])])])
      : own;
    const { oneHot, mass } = drawCode(block, place, offset, codes);
    drawn.push(
      emit('MatMul', [
        oneHot,
        constant(
          [codes, 1],
          Array.from({ length: codes }, (_, code) => code),
        ),
      ]),
    );
    masses.push(mass);
    shown = shown ? concat([shown, oneHot]) : oneHot;
    const end = degrees.filter((degree) => degree <= place).length;
    if (end === known) continue;
    const read = emit('MatMul', [shown, matrix('decoder/input', [0, offset + codes], [known, end])]);
    const ofBase = emit('Add', [slice(base, known, end), read]);
    active = appended(active, emit('Relu', [ofBase]));
    const ofFirst = emit('MatMul', [active, matrix('decoder/first', [0, end], [known, end])]);
    corrected = appended(corrected, emit('Relu', [emit('Add', [slice(first, known, end), ofFirst])]));
    const ofSecond = emit('MatMul', [corrected, matrix('decoder/second', [0, end], [known, end])]);
    const moved = emit('Add', [emit('Add', [ofBase, ofSecond]), graph.bias('decoder/second/bias', known, end)]);
    hidden = appended(hidden, emit('Relu', [moved]));
  }
  graph.name(concat(drawn), 'codes');
  graph.name(concat(masses), 'masses');
  return onnxBytes({
    name: 'sampler',
    nodes: graph.nodes,
    tensors: graph.tensors,
    inputs: [
      { name: 'noise', itemShape: [latentDim] },
      { name: 'draws', itemShape: [subColumns.length] },
      { name: 'given', itemShape: [width + subColumns.length] },
      { name: 'allowed', itemShape: [width] },
    ],
    outputs: ['codes', 'masses'].map((name) => ({ name, itemShape: [subColumns.length] })),
  });

  /**
   * Returns nodes that select the first code at which the cumulative probability of the allowed codes exceeds the draw.
   */
  function drawCode(block: string, place: number, offset: number, codes: number) {
    const may = slice('allowed', offset, offset + codes);
    const chances = emit('Mul', [emit('Softmax', [block], { axis: { i: 1 } }), may]);
    const mass = slice(emit('CumSum', [chances, constant([], [1], 'whole')]), codes - 1, codes);
    // Among themselves, allowed codes have probabilities even where all of them together have none in single precision.
    const barred = emit('Mul', [emit('Sub', [may, constant([1], [1])]), constant([1], [BARRED])]);
    const among = emit('Softmax', [emit('Add', [block, barred])], { axis: { i: 1 } });
    const sums = emit('CumSum', [among, constant([], [1], 'whole')]);
    const total = slice(sums, codes - 1, codes);
    const limit = emit('Mul', [slice('draws', place, place + 1), total]);
    const isAbove = emit('Cast', [emit('Greater', [sums, limit])], { to: { i: FLOAT } });
    if (codes === 1) return { oneHot: isAbove, mass };
    const before = concat([emit('Sub', [mass, mass]), slice(isAbove, 0, codes - 1)]);
    return { oneHot: emit('Sub', [isAbove, before]), mass };
  }

  function concat(parts: readonly string[]): string {
    return parts.length === 1 ? (parts[0] as string) : emit('Concat', parts, { axis: { i: 1 } });
  }

  function appended(before: string | undefined, more: string): string {
    return before ? concat([before, more]) : more;
  }
}

type Range = readonly [from: number, to: number];

function builder(weights: StateMap) {
  const nodes: OnnxNode[] = [];
  const tensors = new Map<string, OnnxTensor>();
  const valuesOf = (name: string) => {
    const entry = weights.get(name);
    if (!entry) throw new Error(`the weights have no ${name}`);
    return entry;
  };
  const emit = (op: string, inputs: readonly string[], attributes: OnnxAttributes = {}): string => {
    const output = `v${nodes.length}_${op}`;
    nodes.push({ op, inputs, output, attributes });
    return output;
  };
  const add = (name: string, dims: readonly number[], values: Float32Array | BigInt64Array): string => {
    if (!tensors.has(name)) tensors.set(name, { name, dims, values });
    return name;
  };
  const constant = (dims: readonly number[], values: readonly number[], type: 'number' | 'whole' = 'number'): string =>
    add(
      `${type}/${dims.join('x')}/${values.length > 2 ? `0-${values.length}` : values.join()}`,
      dims,
      type === 'whole' ? BigInt64Array.from(values, BigInt) : Float32Array.from(values),
    );
  const slice = (input: string, from: number, to: number): string =>
    emit('Slice', [input, ...[from, to, 1].map((bound) => constant([1], [bound], 'whole'))]);
  /** Rows and columns of a kernel. */
  const matrix = (name: string, [top, bottom]: Range, [left, right]: Range): string => {
    const { shape, values } = valuesOf(`${name}/kernel`);
    const width = shape[1] as number;
    const part = new Float32Array((bottom - top) * (right - left));
    for (let row = top; row < bottom; row++)
      part.set(values.subarray(row * width + left, row * width + right), (row - top) * (right - left));
    return add(`${name}/${top}-${bottom}/${left}-${right}`, [bottom - top, right - left], part);
  };
  const bias = (name: string, from: number, to: number): string =>
    add(`${name}/${from}-${to}`, [to - from], valuesOf(name).values.slice(from, to));
  const whole = (name: string): string => {
    const { shape, values } = valuesOf(name);
    return add(name, shape, values);
  };
  const affine = (input: string, kernel: string, biasName: string): string =>
    emit('Add', [emit('MatMul', [input, whole(`${kernel}/kernel`)]), whole(biasName)]);
  return {
    nodes,
    get tensors() {
      return [...tensors.values()];
    },
    ...{ emit, slice, matrix, constant, bias, affine },
    dense: (input: string, name: string) => affine(input, name, `${name}/bias`),
    name(value: string, output: string): void {
      nodes.push({ op: 'Identity', inputs: [value], output, attributes: {} });
    },
  };
}

// A recorded step with its layers' arithmetic in bfloat16: weights, losses, sums over towers and the optimizer stay float32.
import { readFileSync } from 'node:fs';
import { DTYPE } from '../binding.ts';
import { type GraphNode, type OutputInfo, outputInfos, value } from '../graph.ts';
import { isNormalisable, maskedBits, normalisedBias } from './bfloat16-nodes.ts';
import { fromSideBySide } from './narrow-images.ts';

/** Operations that take most of the time; they always run in bfloat16. */
const PRODUCTS = new Set(['Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter', 'MatMul']);
/** Computed in bfloat16 if the inputs are bfloat16 already; converting the inputs would cost more than it saves. */
const FOLLOWERS = new Set(['BiasAdd', 'Relu', 'ReluGrad', 'LeakyRelu', 'LeakyReluGrad', 'Reshape', 'ConcatV2']);
/** TensorFlow fuses a bias and an activation into these. */
const FUSING = new Set(['Conv2D', 'MatMul']);

const PROCESSOR = '/proc/cpuinfo';
const INSTRUCTIONS = /\bflags\b.*\b(avx512_bf16|amx_bf16)\b/;

const HALF = value.type('bfloat16');
const FLOAT = value.type('float32');

/**
 * Returns the same graph, in which each node that supports bfloat16 is `<name>/half`, with a conversion to float32 under its own name for
 * other readers. TensorFlow leaves out nodes that nothing reads. On a GPU each is the same op; on a CPU faster ops are used.
 */
export function inBfloat16(
  program: string,
  nodes: readonly GraphNode[],
  inputs: ReadonlyMap<string, OutputInfo>,
  device: 'cpu' | 'gpu',
): GraphNode[] {
  const infos = outputInfos(nodes, inputs);
  const halves = new Map<string, string>();
  const born = new Set<string>();
  const made: GraphNode[] = [];
  const ops = new Map(nodes.map(({ name, op }) => [`${name}:0`, op]));
  const isFloat = (ref: string) => infos.get(ref)?.dtype === DTYPE.float32;
  const halfOf = (ref: string): string => {
    const known = halves.get(ref);
    if (known !== undefined) return known;
    const name = `${program}/half/${ref.replace(/:0$/, '').replace(':', '.')}`;
    const attr = { SrcT: FLOAT, DstT: HALF, Truncate: value.bool(false) };
    made.push({ name, op: 'Cast', input: [ref], attr });
    halves.set(ref, `${name}:0`);
    return `${name}:0`;
  };
  const shapeOf = (ref: string) => infos.get(ref)?.shape ?? [];
  const images = (ref: string) => ({ ref: halfOf(ref), shape: shapeOf(ref) });
  /** Operations that a CPU has faster nodes for. */
  const byVectors = (name: string, node: GraphNode): GraphNode[] | undefined => {
    const [first, second, third] = node.input as [string, string, string];
    if (node.op === 'ReluGrad') return maskedBits(name, halfOf(first), halfOf(second));
    if (node.op === 'Conv2DBackpropFilter') return fromSideBySide(name, node, images(first), images(third));
    if (node.op !== 'BiasAdd' || FUSING.has(ops.get(first) ?? '') || !isNormalisable(shapeOf(first))) return;
    return normalisedBias(name, halfOf(first), second, shapeOf(second)[0] as number);
  };
  const halfNodes = (name: string, node: GraphNode): GraphNode[] => {
    const faster = device === 'cpu' ? byVectors(name, node) : undefined;
    const input = () => node.input.map((ref) => (isFloat(ref) ? halfOf(ref) : ref));
    return faster ?? [{ name, op: node.op, input: input(), attr: { ...node.attr, T: HALF } }];
  };
  for (const node of nodes) {
    const follows = FOLLOWERS.has(node.op) && node.input.some((ref) => born.has(ref));
    if (node.attr.T?.type !== DTYPE.float32 || !(PRODUCTS.has(node.op) || follows)) {
      made.push(node);
      continue;
    }
    const half = `${node.name}/half`;
    made.push(...halfNodes(half, node), {
      name: node.name,
      op: 'Cast',
      input: [`${half}:0`],
      attr: { SrcT: HALF, DstT: FLOAT, Truncate: value.bool(false) },
      ...(node.outputs && { outputs: node.outputs }),
    });
    halves.set(`${node.name}:0`, `${half}:0`);
    born.add(`${node.name}:0`);
  }
  return made;
}

/** Returns whether the processor multiplies in bfloat16. Emulation is slower than float32, or fails. */
export function hasBfloat16(): boolean {
  try {
    return INSTRUCTIONS.test(readFileSync(PROCESSOR, 'utf8'));
  } catch {
    return false; // no Linux
  }
}

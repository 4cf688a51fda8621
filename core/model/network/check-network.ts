// Checks a stored network before ONNX Runtime sees it: the runtime is a large native library that loads files by their paths, allocates
// what a file says and knows hundreds of operators, most of which no network of `goldpan` has.
import { FAILURE, GoldpanError } from '../../base/errors.ts';
import { OPERATORS } from './operators.ts';
import {
  type NetworkFile,
  type NetworkNode,
  type NetworkPort,
  type NetworkTensor,
  readNetwork,
} from './read-network.ts';

/** Sizes of one item by the names of inputs or outputs; null = any size. Inputs are in the order of the file. */
type Shapes = Readonly<Record<string, readonly (number | null)[]>>;
export type Ports = { readonly inputs: Shapes; readonly outputs: Shapes };

const FLOAT = 1;
const INT64 = 7;
const IR_VERSIONS = [3, 10] as const;
const OPERATOR_SETS = [13, 17] as const;
const LIMITS = { bytes: 512 * 2 ** 20, nodes: 200_000, inputs: 10_000, rank: 8, wholes: 64, stride: 16 } as const;
/** Maximum integers in a file: sizes, axes, bounds of slices. */
const MOST_WHOLE = 2 ** 31;
const EXPONENT = 0x7f800000;

/**
 * Checks a network: operators and attributes are on the list that the trainer writes, every value is defined before it is used, weights are
 * finite and match their dimensions, all data is inside the file, and inputs and outputs have the given sizes. Outputs not named in `ports`
 * are allowed. Throws CorruptObjectError.
 */
export function checkNetwork(bytes: Uint8Array, ports: Ports): void {
  const fault = bytes.length > LIMITS.bytes ? `it has more than ${LIMITS.bytes} bytes` : faultOf(bytes, ports);
  if (fault === undefined) return;
  throw new GoldpanError(FAILURE.corruptObject, `A stored network of the model is invalid: ${fault}`);
}

function faultOf(bytes: Uint8Array, { inputs, outputs }: Ports): string | undefined {
  let file: NetworkFile;
  try {
    file = readNetwork(bytes);
  } catch (error) {
    return (error as Error).message;
  }
  const [set, ...otherSets] = file.operatorSets;
  if (!isWithin(file.irVersion, IR_VERSIONS)) return `its IR version is ${file.irVersion}`;
  if (!set || otherSets.length > 0 || set.domain !== '' || !isWithin(set.version, OPERATOR_SETS))
    return 'its operators are not those of one ONNX version from 13 to 17';
  if (file.nodes.length > LIMITS.nodes) return `it has more than ${LIMITS.nodes} operators`;
  if (file.inputs.map(({ name }) => name).join() !== Object.keys(inputs).join())
    return `its inputs are ${file.inputs.map(({ name }) => name)}; expected ${Object.keys(inputs)}`;
  return (
    portFault(file.inputs, inputs) ??
    portFault(file.outputs, outputs) ??
    first(file.tensors, tensorFault) ??
    orderFault(file) ??
    first(file.nodes, nodeFault)
  );
}

function portFault(ports: readonly NetworkPort[], expected: Shapes): string | undefined {
  for (const [name, shape] of Object.entries(expected)) {
    const port = ports.find((one) => one.name === name);
    if (!port) return `it has no output ${name}`;
    const [batch, ...sizes] = port.dims;
    const isAsExpected =
      typeof batch === 'string' &&
      sizes.length === shape.length &&
      sizes.every((size, axis) => (shape[axis] === null ? typeof size === 'number' : size === shape[axis]));
    if (port.type !== FLOAT || !isAsExpected)
      return `${name} has the sizes ${port.dims.join(' x ')}; expected ${['batch', ...shape].join(' x ')}`;
  }
  return undefined;
}

function tensorFault({ name, type, dims, data }: NetworkTensor): string | undefined {
  const bytesEach = type === FLOAT ? 4 : type === INT64 ? 8 : undefined;
  if (bytesEach === undefined) return `the weight ${name} has the element type ${type}`;
  if (dims.length > LIMITS.rank || dims.some((size) => size < 0 || size > MOST_WHOLE))
    return `the weight ${name} has the dimensions ${dims.slice(0, LIMITS.rank)}`;
  if (dims.reduce((product, size) => product * size, bytesEach) !== data.length)
    return `the weight ${name} has ${data.length} bytes; its dimensions say otherwise`;
  // A copy, since weights begin anywhere in a file; the slice of a Buffer would not be a copy.
  const { buffer } = Uint8Array.from(data);
  if (type === FLOAT)
    return new Int32Array(buffer).every((bits) => (bits & EXPONENT) !== EXPONENT)
      ? undefined
      : `the weight ${name} has values that are no finite numbers`;
  const wholes = new BigInt64Array(buffer);
  return wholes.length <= LIMITS.wholes && wholes.every((value) => isWhole(Number(value)))
    ? undefined
    : `the sizes ${name} are out of range`;
}

/** Every value has one maker, which comes before its readers; outputs are made by operators. */
function orderFault({ inputs, tensors, nodes, outputs }: NetworkFile): string | undefined {
  const known = new Set<string>();
  for (const { name } of [...inputs, ...tensors]) {
    if (name === '' || known.has(name)) return `the name "${name}" does not stand for one value`;
    known.add(name);
  }
  const made = new Set<string>();
  for (const node of nodes) {
    const output = node.outputs[0];
    if (node.outputs.length !== 1 || !output || known.has(output)) return `a ${node.op} does not make one new value`;
    if (node.inputs.length === 0 || node.inputs.length > LIMITS.inputs) return `a ${node.op} reads nothing or too much`;
    const unknown = node.inputs.find((name) => !known.has(name));
    if (unknown !== undefined) return `a ${node.op} reads "${unknown}", which nothing made before`;
    known.add(output);
    made.add(output);
  }
  const names = outputs.map(({ name }) => name);
  if (new Set(names).size !== names.length || !names.every((name) => made.has(name)))
    return 'an output is not made by one operator';
  return undefined;
}

function nodeFault({ op, attributes }: NetworkNode): string | undefined {
  const allowed = Object.hasOwn(OPERATORS, op) ? OPERATORS[op] : undefined;
  if (!allowed) return `the operator ${op} is not allowed`;
  const names = attributes.map(({ name }) => name);
  if (new Set(names).size !== names.length || !names.every((name) => allowed.includes(name)))
    return `a ${op} has the attributes ${names}; allowed: ${allowed}`;
  const wholes = attributes.flatMap(({ i, ints }) => [...ints, ...(i === undefined ? [] : [i])]);
  if (!wholes.every(isWhole) || !attributes.every(({ f }) => f === undefined || Number.isFinite(f)))
    return `a ${op} has an attribute that is out of range`;
  const intsOf = (name: string) => attributes.find((one) => one.name === name)?.ints ?? [];
  const kernel = intsOf('kernel_shape');
  // Larger pads would add an unlimited number of empty rows.
  const arePadsWithin = intsOf('pads').every((pad, i) => pad >= 0 && pad < (kernel[i % kernel.length] ?? 0));
  const areStridesWithin = intsOf('strides').every((stride) => stride >= 1 && stride <= LIMITS.stride);
  return arePadsWithin && areStridesWithin ? undefined : `a ${op} has pads or strides that are out of range`;
}

function first<T>(values: readonly T[], fault: (value: T) => string | undefined): string | undefined {
  for (const value of values) {
    const found = fault(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isWithin(value: number, [least, most]: readonly [number, number]): boolean {
  return value >= least && value <= most;
}

function isWhole(value: number): boolean {
  return Math.abs(value) <= MOST_WHOLE;
}

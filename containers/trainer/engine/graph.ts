// A graph as plain data with the field names of GraphDef, so that one encode call writes it.
import { DTYPE, type DtypeName, type OpAttribute } from './binding.ts';

export type TensorValue = {
  readonly dtype: number;
  readonly tensorShape: ShapeValue;
  readonly tensorContent: Uint8Array;
};

export type ShapeValue = {
  readonly dim: readonly { readonly size: number }[];
};

export type ListValue = {
  readonly i?: readonly number[];
  readonly f?: readonly number[];
  readonly b?: readonly boolean[];
  readonly s?: readonly Uint8Array[];
  readonly type?: readonly number[];
  readonly shape?: readonly ShapeValue[];
};

export type AttributeValue = {
  readonly s?: Uint8Array;
  readonly i?: number;
  readonly f?: number;
  readonly b?: boolean;
  readonly type?: number;
  readonly shape?: ShapeValue;
  readonly tensor?: TensorValue;
  readonly list?: ListValue;
};

export type OutputInfo = {
  readonly shape: readonly number[];
  readonly dtype: number;
};

export type GraphNode = {
  readonly name: string;
  readonly op: string;
  /** `node:output`, or `^node` for a control dependency. */
  readonly input: readonly string[];
  readonly attr: Readonly<Record<string, AttributeValue>>;
  /** Shape and type of each output when it was recorded; absent on nodes that were not recorded. */
  readonly outputs?: readonly OutputInfo[];
  /** The line of source that made the node, for error messages. */
  readonly origin?: string;
};

export const value = {
  type: (dtype: DtypeName): AttributeValue => ({ type: DTYPE[dtype] }),
  bool: (b: boolean): AttributeValue => ({ b }),
  string: (text: string): AttributeValue => ({ s: Buffer.from(text) }),
  shape: (shape: readonly number[]): AttributeValue => ({ shape: shapeValue(shape) }),
  tensor: (dtype: number, shape: readonly number[], content: Uint8Array): AttributeValue => ({
    tensor: { dtype, tensorShape: shapeValue(shape), tensorContent: content },
  }),
};

export function constantNode(
  name: string,
  dtype: number,
  shape: readonly number[],
  values: Float32Array | Int32Array | Uint8Array,
): GraphNode {
  const content = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
  const attr = { dtype: { type: dtype }, value: value.tensor(dtype, shape, content) };
  return { name, op: 'Const', input: [], attr, outputs: [{ shape: [...shape], dtype }] };
}

/** Shape and type of each output of a recording, by `node:output`. */
export function outputInfos(
  nodes: readonly GraphNode[],
  inputs: ReadonlyMap<string, OutputInfo>,
): Map<string, OutputInfo> {
  const made = nodes.flatMap(({ name, outputs = [] }) => outputs.map((info, i) => [`${name}:${i}`, info] as const));
  return new Map([...[...inputs].map(([name, info]) => [`${name}:0`, info] as const), ...made]);
}

export function shapeOf(shape: ShapeValue): number[] {
  return shape.dim.map((dim) => dim.size);
}

/** Converts an attribute from the form of the binding to that of GraphDef. Throws if GraphDef has no field for its type. */
export function attributeValue(attribute: OpAttribute): AttributeValue {
  const given = attribute.value;
  if (Array.isArray(given) && attribute.type !== 5) return { list: listValue(attribute, given) };
  switch (attribute.type) {
    case 0:
      return { s: Buffer.from(given as string) };
    case 1:
      return { i: Number(given) };
    case 2:
      return { f: Number(given) };
    case 3:
      return { b: Boolean(given) };
    case 4:
      return { type: Number(given) };
    case 5:
      return value.shape(given as number[]);
    default:
      throw new Error(`attribute ${attribute.name} is of kind ${attribute.type}, which no graph can hold`);
  }
}

function listValue(attribute: OpAttribute, given: unknown[]): ListValue {
  switch (attribute.type) {
    case 0:
      return { s: given.map((item) => Buffer.from(item as string)) };
    case 1:
      return { i: given.map(Number) };
    case 2:
      return { f: given.map(Number) };
    case 3:
      return { b: given.map(Boolean) };
    case 4:
      return { type: given.map(Number) };
    default:
      throw new Error(`attribute ${attribute.name} is a list of kind ${attribute.type}, which no graph can hold`);
  }
}

function shapeValue(shape: readonly number[]): ShapeValue {
  return { dim: shape.map((size) => ({ size })) };
}

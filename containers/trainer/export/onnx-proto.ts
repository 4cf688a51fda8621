// ONNX's ModelProto as bytes, through protobufjs: the subset of onnx.proto that an exported forward pass needs.
import protobuf from 'protobufjs';

/** IR version 8 and operator set 17, which all runtimes of recent years support. */
const IR_VERSION = 8;
const OPSET = 17;

const PROTO = `
syntax = "proto2";
package onnx;
message AttributeProto {
  optional string name = 1; optional float f = 2; optional int64 i = 3; optional bytes s = 4;
  repeated float floats = 7; repeated int64 ints = 8; optional int32 type = 20;
}
message ValueInfoProto { optional string name = 1; optional TypeProto type = 2; }
message NodeProto {
  repeated string input = 1; repeated string output = 2; optional string name = 3; optional string op_type = 4;
  repeated AttributeProto attribute = 5;
}
message ModelProto {
  optional int64 ir_version = 1; repeated OperatorSetIdProto opset_import = 8; optional string producer_name = 2;
  optional GraphProto graph = 7;
}
message GraphProto {
  repeated NodeProto node = 1; optional string name = 2; repeated TensorProto initializer = 5;
  repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12;
}
message TensorProto { repeated int64 dims = 1; optional int32 data_type = 2; optional string name = 8; optional bytes raw_data = 9; }
message TensorShapeProto { message Dimension { optional int64 dim_value = 1; optional string dim_param = 2; } repeated Dimension dim = 1; }
message TypeProto { message Tensor { optional int32 elem_type = 1; optional TensorShapeProto shape = 2; } optional Tensor tensor_type = 1; }
message OperatorSetIdProto { optional string domain = 1; optional int64 version = 2; }
`;

const FLOAT = 1;
const INT64 = 7;
const ATTRIBUTE = { f: 1, i: 2, s: 3, ints: 7 } as const;

const modelType = protobuf.parse(PROTO).root.lookupType('onnx.ModelProto');

export type OnnxAttributes = Readonly<
  Record<string, { f: number } | { i: number } | { s: string } | { ints: readonly number[] }>
>;

export type OnnxNode = {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: OnnxAttributes;
};

export type OnnxTensor = {
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: Float32Array | BigInt64Array;
};

export type OnnxPort = {
  readonly name: string;
  /** A name stands for a size that the caller chooses. */
  readonly itemShape: readonly (number | string)[];
};

export type OnnxGraph = {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly tensors: readonly OnnxTensor[];
  /** The first axis of inputs and outputs is the batch, named N. */
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
};

/** Tensors that no node reads are left out: the runtime warns of them. */
export function onnxBytes(graph: OnnxGraph): Uint8Array {
  const read = new Set(graph.nodes.flatMap(({ inputs }) => inputs));
  const message = {
    irVersion: IR_VERSION,
    opsetImport: [{ domain: '', version: OPSET }],
    producerName: 'goldpan',
    graph: {
      name: graph.name,
      node: graph.nodes.map(({ op, inputs, output, attributes }) => ({
        name: output,
        opType: op,
        input: inputs,
        output: [output],
        attribute: Object.entries(attributes).map(attributeMessage),
      })),
      initializer: graph.tensors
        .filter(({ name }) => read.has(name))
        .map(({ name, dims, values }) => ({
          name,
          dims,
          dataType: values instanceof Float32Array ? FLOAT : INT64,
          rawData: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
        })),
      input: graph.inputs.map(portMessage),
      output: graph.outputs.map(portMessage),
    },
  };
  return modelType.encode(message).finish();
}

function attributeMessage([name, given]: [string, OnnxAttributes[string]]): Record<string, unknown> {
  if ('s' in given) return { name, type: ATTRIBUTE.s, s: Buffer.from(given.s) };
  const kind = Object.keys(given)[0] as 'f' | 'i' | 'ints';
  return { name, type: ATTRIBUTE[kind], ...given };
}

function portMessage({ name, itemShape }: OnnxPort): Record<string, unknown> {
  const dim = [
    { dimParam: 'N' },
    ...itemShape.map((size) => (typeof size === 'string' ? { dimParam: size } : { dimValue: size })),
  ];
  return { name, type: { tensorType: { elemType: FLOAT, shape: { dim } } } };
}

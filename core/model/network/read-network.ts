// Reads an ONNX file into what its check needs. The fields are those that `goldpan` writes; a file with any other (data outside the
// file, functions, subgraphs, operators of other domains) is none of its networks.
// https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
import { fieldBytes, fieldsOf, fieldText, type WireField, wholeOf, wholesOf } from './wire.ts';

export type NetworkAttribute = { name: string; f?: number; i?: number; ints: number[] };
export type NetworkNode = { op: string; inputs: string[]; outputs: string[]; attributes: NetworkAttribute[] };
export type NetworkTensor = { name: string; type: number; dims: number[]; data: Uint8Array };
/** The first dimension is the batch; a text names a dimension that the caller chooses. */
export type NetworkPort = { name: string; type: number; dims: (number | string)[] };
export type NetworkFile = {
  irVersion: number;
  operatorSets: { domain: string; version: number }[];
  nodes: NetworkNode[];
  tensors: NetworkTensor[];
  inputs: NetworkPort[];
  outputs: NetworkPort[];
};

type Fields = Readonly<Record<number, (field: WireField) => void>>;

/** Why certain fields are refused, for the log. */
const REFUSED: Readonly<Record<string, string>> = {
  'tensor 13': 'data outside the file',
  'tensor 14': 'data outside the file',
  'node 7': 'an operator of another domain',
  'attribute 6': 'a graph inside an operator',
  'attribute 11': 'graphs inside an operator',
  'model 25': 'functions',
};

/** Throws a RangeError or TypeError, which says what is wrong, for anything else than such a file. */
export function readNetwork(bytes: Uint8Array): NetworkFile {
  const file: NetworkFile = { irVersion: 0, operatorSets: [], nodes: [], tensors: [], inputs: [], outputs: [] };
  read('model', bytes, {
    1: (field) => {
      file.irVersion = wholeOf(field);
    },
    2: fieldText,
    7: (field) =>
      read('graph', fieldBytes(field), {
        1: (node) => file.nodes.push(nodeOf(fieldBytes(node))),
        2: fieldText,
        5: (tensor) => file.tensors.push(tensorOf(fieldBytes(tensor))),
        11: (port) => file.inputs.push(portOf(fieldBytes(port))),
        12: (port) => file.outputs.push(portOf(fieldBytes(port))),
      }),
    8: (field) => {
      const set = { domain: '', version: 0 };
      read('operator set', fieldBytes(field), {
        1: (domain) => {
          set.domain = fieldText(domain);
        },
        2: (version) => {
          set.version = wholeOf(version);
        },
      });
      file.operatorSets.push(set);
    },
  });
  return file;
}

function read(message: string, bytes: Uint8Array, fields: Fields): void {
  for (const field of fieldsOf(bytes)) {
    const take = fields[field.number];
    if (!take) {
      const what = REFUSED[`${message} ${field.number}`] ?? `the unknown field ${field.number}`;
      throw new RangeError(`a ${message} of the file has ${what}`);
    }
    take(field);
  }
}

function nodeOf(bytes: Uint8Array): NetworkNode {
  const node: NetworkNode = { op: '', inputs: [], outputs: [], attributes: [] };
  read('node', bytes, {
    1: (field) => node.inputs.push(fieldText(field)),
    2: (field) => node.outputs.push(fieldText(field)),
    3: fieldText,
    4: (field) => {
      node.op = fieldText(field);
    },
    5: (field) => node.attributes.push(attributeOf(fieldBytes(field))),
  });
  return node;
}

/** The type of an attribute (field 20) must be that of the value it has. */
function attributeOf(bytes: Uint8Array): NetworkAttribute {
  const attribute: NetworkAttribute = { name: '', ints: [] };
  let type = 0;
  read('attribute', bytes, {
    1: (field) => {
      attribute.name = fieldText(field);
    },
    2: (field) => {
      attribute.f = floatOf(fieldBytes(field));
    },
    3: (field) => {
      attribute.i = wholeOf(field);
    },
    8: (field) => attribute.ints.push(...wholesOf(field)),
    20: (field) => {
      type = wholeOf(field);
    },
  });
  const { f, i, ints } = attribute;
  const types = [...(f === undefined ? [] : [1]), ...(i === undefined ? [] : [2]), ...(ints.length > 0 ? [7] : [])];
  if (types.length !== 1 || types[0] !== type) throw new RangeError(`the attribute ${attribute.name} has no one value`);
  return attribute;
}

function tensorOf(bytes: Uint8Array): NetworkTensor {
  const tensor: NetworkTensor = { name: '', type: 0, dims: [], data: new Uint8Array() };
  read('tensor', bytes, {
    1: (field) => tensor.dims.push(...wholesOf(field)),
    2: (field) => {
      tensor.type = wholeOf(field);
    },
    8: (field) => {
      tensor.name = fieldText(field);
    },
    9: (field) => {
      tensor.data = fieldBytes(field);
    },
  });
  return tensor;
}

function portOf(bytes: Uint8Array): NetworkPort {
  const port: NetworkPort = { name: '', type: 0, dims: [] };
  const size = (field: WireField) =>
    read('dimension', fieldBytes(field), {
      1: (value) => port.dims.push(wholeOf(value)),
      2: (name) => port.dims.push(fieldText(name)),
    });
  read('port', bytes, {
    1: (field) => {
      port.name = fieldText(field);
    },
    2: (field) =>
      read('type', fieldBytes(field), {
        1: (tensor) =>
          read('tensor type', fieldBytes(tensor), {
            1: (type) => {
              port.type = wholeOf(type);
            },
            2: (shape) => read('shape', fieldBytes(shape), { 1: size }),
          }),
      }),
  });
  return port;
}

function floatOf(bytes: Uint8Array): number {
  if (bytes.length !== 4) throw new RangeError('a number does not have four bytes');
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getFloat32(0, true);
}

// A forward graph as an ONNX model: channels last outside, channels first inside wherever convolutions follow each other.
import type { ForwardGraph } from './forward.ts';
import { conversion } from './onnx-conversion.ts';
import { ONNX_OPS } from './onnx-ops.ts';
import { onnxBytes } from './onnx-proto.ts';

/** Throws, naming the op and its line, when the graph has an op outside the list. */
export function onnxModel(name: string, graph: ForwardGraph): Uint8Array {
  const state = conversion(graph);
  for (const node of graph.nodes) {
    if (node.op === 'Const') continue;
    const convert = ONNX_OPS[node.op];
    if (convert === undefined) {
      throw new Error(
        `${name}: no ONNX form of ${node.op} (${node.origin}); there are ${Object.keys(ONNX_OPS).sort()}`,
      );
    }
    convert(state, node);
  }
  const renamed = graph.outputs.map((port) => ({
    op: 'Identity',
    inputs: [state.get(port.ref)],
    output: port.name,
    attributes: {},
  }));
  const nodes = [...state.nodes, ...renamed];
  return onnxBytes({ name, nodes, tensors: state.tensors, inputs: graph.inputs, outputs: graph.outputs });
}

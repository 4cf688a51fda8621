// GraphDef and SavedModel as bytes, through protobufjs: the subset of TensorFlow's messages that a session graph needs.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import type { GraphNode } from './graph.ts';

/** Producer version of the graph, which every TensorFlow since 2.13 reads. */
const PRODUCER = 1395;
const MIN_CONSUMER = 12;
export const SERVE_TAG = 'serve';

const PROTO = `
syntax = "proto3";
package tensorflow;
enum DataType { DT_INVALID = 0; DT_FLOAT = 1; DT_INT32 = 3; DT_UINT8 = 4; DT_INT16 = 5; DT_INT64 = 9; DT_BOOL = 10; DT_BFLOAT16 = 14; DT_RESOURCE = 20; }
message TensorShape { message Dim { int64 size = 1; } repeated Dim dim = 2; }
message Tensor { DataType dtype = 1; TensorShape tensor_shape = 2; bytes tensor_content = 4; }
message AttrValue {
  message ListValue {
    repeated bytes s = 2; repeated int64 i = 3; repeated float f = 4; repeated bool b = 5;
    repeated DataType type = 6; repeated TensorShape shape = 7;
  }
  oneof value {
    ListValue list = 1; bytes s = 2; int64 i = 3; float f = 4; bool b = 5;
    DataType type = 6; TensorShape shape = 7; Tensor tensor = 8;
  }
}
message NodeDef { string name = 1; string op = 2; repeated string input = 3; string device = 4; map<string, AttrValue> attr = 5; }
message VersionDef { int32 producer = 1; int32 min_consumer = 2; }
message GraphDef { repeated NodeDef node = 1; VersionDef versions = 4; }
message MetaInfoDef { repeated string tags = 4; }
message MetaGraphDef { MetaInfoDef meta_info_def = 1; GraphDef graph_def = 2; }
message SavedModel { int64 saved_model_schema_version = 1; repeated MetaGraphDef meta_graphs = 2; }
`;

const root = protobuf.parse(PROTO).root;
const savedModelType = root.lookupType('tensorflow.SavedModel');
const graphDefType = root.lookupType('tensorflow.GraphDef');

/** Writes `saved_model.pb` into the folder, under the tag that `loadSavedModel(folder, SERVE_TAG)` asks for. */
export function writeSavedModel(folder: string, nodes: readonly GraphNode[]): void {
  const message = {
    savedModelSchemaVersion: 1,
    metaGraphs: [{ metaInfoDef: { tags: [SERVE_TAG] }, graphDef: graphDef(nodes) }],
  };
  mkdirSync(join(folder, 'variables'), { recursive: true });
  writeFileSync(join(folder, 'saved_model.pb'), savedModelType.encode(message).finish());
}

/** Returns the graph as protobuf's JSON (enums by name, bytes in base64), the form of the topology of a tfjs GraphModel. */
export function graphDefJson(nodes: readonly GraphNode[]): Record<string, unknown> {
  const message = graphDefType.decode(graphDefType.encode(graphDef(nodes)).finish());
  return graphDefType.toObject(message, { enums: String, bytes: String, longs: String, oneofs: false });
}

function graphDef(nodes: readonly GraphNode[]): Record<string, unknown> {
  const node = nodes.map(({ name, op, input, attr }) => ({ name, op, input, attr }));
  return { node, versions: { producer: PRODUCER, minConsumer: MIN_CONSUMER } };
}

// Writes a trained model's files: ONNX for the endpoint, a GraphModel for the browser, the weights for everybody else.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkNetwork } from '#core/model/network/check-network.ts';
import { weightNames } from '../engine/state.ts';
import type { Program, StateEntry, StateMap } from '../engine/types.ts';
import { type ForwardGraph, forwardGraph } from './forward.ts';
import { writeGraphModel } from './graph-model.ts';
import { onnxModel } from './onnx.ts';
import { checkParity } from './parity.ts';
import { safetensors, WEIGHTS_FILE } from './safetensors.ts';

export type ModelExportOptions = {
  /** The forward programs by the name of their files, for any batch size; `Model.exports`. */
  readonly exports: Readonly<Record<string, (batchSize: number) => Program>>;
  /** Programs of which the endpoint alone has a file; `Model.endpointExports`. */
  readonly endpointExports?: Readonly<Record<string, (batchSize: number) => Program>>;
  /** The trained state; values that only the optimizer needs are left out of the files. */
  readonly state: StateMap;
  readonly folder: string;
};

export type ExportedFiles = {
  /** Paths below the folder. */
  readonly files: readonly string[];
  /** The largest difference between a file and the session, as a share of the tolerance. */
  readonly worstParity: number;
};

/**
 * Writes `<name>.onnx` and `<name>/model.json` with its shards for each export, only the former for those of the endpoint, and
 * `weights.safetensors`. Inputs have the names of the
 * program, with the batch as the first axis. Throws ExportParityError if a file computes other values than the session, and
 * CorruptObjectError for a network that the endpoint would refuse.
 */
export async function exportModel({
  exports,
  endpointExports = {},
  state,
  folder,
}: ModelExportOptions): Promise<ExportedFiles> {
  // A run that was killed after its last epoch has them from its checkpoint, in another order: files follow the names.
  const names = weightNames(state).toSorted();
  const weights = new Map(names.map((name) => [name, state.get(name) as StateEntry]));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, WEIGHTS_FILE), safetensors(weights));
  const files = [WEIGHTS_FILE];
  let worstParity = 0;
  for (const [name, programOf] of Object.entries({ ...exports, ...endpointExports })) {
    const graph = forwardGraph(name, programOf, weights);
    const onnxFile = join(folder, `${name}.onnx`);
    const onnx = onnxModel(name, graph);
    // A network that the endpoint would refuse must not leave the trainer.
    checkNetwork(onnx, { inputs: shapesOf(graph.inputs), outputs: shapesOf(graph.outputs) });
    writeFileSync(onnxFile, onnx);
    const written = name in endpointExports ? [] : writeGraphModel(join(folder, name), graph);
    files.push(`${name}.onnx`, ...written.map((file) => `${name}/${file}`));
    const exported = { name, programOf, state: weights, onnxFile };
    const graphModelFile = name in endpointExports ? undefined : join(folder, name, 'model.json');
    worstParity = Math.max(worstParity, await checkParity({ ...exported, graphModelFile }));
  }
  return { files, worstParity };
}

function shapesOf(ports: ForwardGraph['inputs']): Record<string, readonly number[]> {
  return Object.fromEntries(ports.map(({ name, itemShape }) => [name, itemShape]));
}

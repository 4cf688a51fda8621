// tfjs-node's native binding. It is public but untyped; it is used to record a step and to run a session.
import type { Tensor } from '@tensorflow/tfjs-node';
import { tf } from './tensorflow.ts';

/** TF_DataType numbers as the binding and GraphDef use them. */
export const DTYPE = { float32: 1, int32: 3, int16: 5, bool: 10, bfloat16: 14 } as const;
export type DtypeName = keyof typeof DTYPE;

const ATTRIBUTE = { string: 0, int: 1, float: 2, bool: 3, type: 4, shape: 5 } as const;

export type TensorMetadata = {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
};

export type OpAttribute = {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
};

export type Binding = {
  createTensor(shape: readonly number[], dtype: number, values: Float32Array | Int32Array | Uint8Array): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array;
  executeOp(op: string, attributes: OpAttribute[], inputIds: number[], outputCount: number): TensorMetadata[];
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  runSavedModel(id: number, inputIds: number[], inputNames: string, outputNames: string): TensorMetadata[];
};

export type NodeBackend = {
  binding: Binding;
  readonly isUsingGpuDevice: boolean;
  readonly tensorMap: { get(dataId: object): { values: unknown } };
  executeSingleOutput(op: string, attributes: OpAttribute[], inputs: Tensor[]): Tensor;
  executeMultipleOutputs(op: string, attributes: OpAttribute[], inputs: Tensor[], outputCount: number): Tensor[];
  getInputTensorIds(tensors: Tensor[]): number[];
  move(dataId: object, values: unknown, shape: number[], dtype: string, refCount: number): void;
};

export function backend(): NodeBackend {
  return tf.backend() as unknown as NodeBackend;
}

export function deviceInUse(): 'cpu' | 'gpu' {
  return backend().isUsingGpuDevice ? 'gpu' : 'cpu';
}

/** Returns the number by which the binding knows a tensor. Uploads the values of the tensor if necessary. */
export function idOf(tensor: Tensor): number {
  return backend().getInputTensorIds([tensor])[0] as number;
}

/** Runs one TensorFlow kernel by name. The gradient tape does not see it: wrap it in `tf.customGrad` if it is differentiated. */
export function executeOp(op: string, attributes: OpAttribute[], inputs: Tensor[]): Tensor {
  return backend().executeSingleOutput(op, attributes, inputs);
}

/** Runs a kernel with several outputs. */
export function executeOps(op: string, attributes: OpAttribute[], inputs: Tensor[], outputCount: number): Tensor[] {
  return backend().executeMultipleOutputs(op, attributes, inputs, outputCount);
}

export const attribute = {
  type: (name: string, dtype: DtypeName): OpAttribute => ({ name, type: ATTRIBUTE.type, value: DTYPE[dtype] }),
  int: (name: string, value: number): OpAttribute => ({ name, type: ATTRIBUTE.int, value }),
  ints: (name: string, value: readonly number[]): OpAttribute => ({ name, type: ATTRIBUTE.int, value: [...value] }),
  float: (name: string, value: number): OpAttribute => ({ name, type: ATTRIBUTE.float, value }),
  bool: (name: string, value: boolean): OpAttribute => ({ name, type: ATTRIBUTE.bool, value }),
  string: (name: string, value: string): OpAttribute => ({ name, type: ATTRIBUTE.string, value }),
};

// Records the ops of an eager computation on the native binding as a graph.
import type { Tensor } from '@tensorflow/tfjs-node';
import {
  type Binding,
  backend,
  DTYPE,
  type DtypeName,
  idOf,
  type OpAttribute,
  type TensorMetadata,
} from './binding.ts';
import { attributeValue, constantNode, type GraphNode, type OutputInfo } from './graph.ts';
import { tf } from './tensorflow.ts';

const RANDOM_OPS = /^(Random|Multinomial|TruncatedNormal|ParameterizedTruncatedNormal|Stateful|Stateless)/;
const STATELESS_OPS = /^Stateless/;
/** Index of the input of a stateless draw that is its seed. */
const SEED_INPUT = 1;
const OWN_FRAMES = /node_modules|node:|\/engine\/(record|trace|binding|context|towers|compile)\.ts/;

/** Length of a stack trace: tfjs has more than a dozen frames between the line of a step and the binding. */
const CALL_DEPTH = 60;

export type RecordedOutput = OutputInfo & {
  /** `node:output` */
  readonly ref: string;
};

export type Recording = {
  readonly nodes: readonly GraphNode[];
  readonly inputs: ReadonlyMap<string, OutputInfo>;
  readonly outputs: Readonly<Record<string, RecordedOutput>>;
};

export type Recorder = {
  /** Declares a tensor of the caller as an input: in the graph it is the output of a node of this name, which is added later. */
  input(name: string, tensor: Tensor): void;
};

/**
 * Runs `compute` once and returns its graph. Throws if it draws random numbers other than from a declared seed, reads a tensor's values, or
 * uses a tensor that was neither declared nor made inside: each would be frozen into the graph.
 */
export function record(prefix: string, compute: (recorder: Recorder) => Record<string, Tensor>): Recording {
  const live = backend();
  const real = live.binding;
  const nodes: GraphNode[] = [];
  const inputs = new Map<string, OutputInfo>();
  const refs = new Map<number, string>();
  const declaredRefs = new Set<string>();

  const refOf = (id: number): string => {
    const ref = refs.get(id);
    if (ref === undefined) throw captured();
    return ref;
  };

  const recordingBinding: Binding = Object.create(real, {
    createTensor: {
      value: (...[shape, dtype, values]: Parameters<Binding['createTensor']>) => {
        const id = real.createTensor(shape, dtype, values);
        const node = constantNode(`${prefix}/n${nodes.length}_Const`, dtype, shape, values);
        nodes.push(withOrigin(node));
        refs.set(id, `${node.name}:0`);
        return id;
      },
    },
    executeOp: {
      value: (...[op, attributes, inputIds, outputCount]: Parameters<Binding['executeOp']>) => {
        const input = inputIds.map(refOf);
        refuseForeignRandomness(op, input, declaredRefs);
        const results = real.executeOp(op, attributes, inputIds, outputCount);
        if (isVacuous(op, attributes)) {
          refs.set((results[0] as TensorMetadata).id, input[0] as string);
          return results;
        }
        const name = `${prefix}/n${nodes.length}_${op}`;
        const attr = Object.fromEntries(attributes.map((attribute) => [attribute.name, attributeValue(attribute)]));
        const outputs = results.map(({ shape, dtype }) => ({ shape, dtype }));
        nodes.push(withOrigin({ name, op, input, attr, outputs }));
        results.forEach(({ id }, index) => {
          refs.set(id, `${name}:${index}`);
        });
        return results;
      },
    },
    tensorDataSync: {
      value: () => {
        throw new Error(
          `a step may not read a tensor's values: what it decides from them would be frozen (${callSite()})`,
        );
      },
    },
  });

  const recorder: Recorder = {
    input(name, tensor) {
      live.binding = real;
      const id = idOf(tensor);
      live.binding = recordingBinding;
      refs.set(id, `${name}:0`);
      declaredRefs.add(`${name}:0`);
      inputs.set(name, { shape: tensor.shape, dtype: dtypeNumber(tensor) });
    },
  };

  const stopWatching = refuseLateUploads();
  live.binding = recordingBinding;
  try {
    const outputs: Record<string, RecordedOutput> = {};
    tf.tidy(() => {
      for (const [name, tensor] of Object.entries(compute(recorder))) {
        outputs[name] = { ref: refOf(idOf(tensor)), shape: tensor.shape, dtype: dtypeNumber(tensor) };
      }
    });
    return { nodes, inputs, outputs };
  } finally {
    live.binding = real;
    stopWatching();
  }
}

/**
 * Refuses tensors from before the recording that are uploaded during it, which would otherwise look like tensors that were made inside.
 * Returns a function that ends this.
 */
function refuseLateUploads(): () => void {
  const live = backend();
  const born = new WeakSet<object>();
  const prototype = Object.getPrototypeOf(live) as typeof live;
  live.move = function move(dataId, ...rest) {
    born.add(dataId);
    prototype.move.call(live, dataId, ...rest);
  };
  live.getInputTensorIds = function getInputTensorIds(tensors) {
    for (const { dataId } of tensors) {
      if (live.tensorMap.get(dataId).values !== null && !born.has(dataId)) throw captured();
    }
    return prototype.getInputTensorIds.call(live, tensors);
  };
  return () => {
    Reflect.deleteProperty(live, 'move');
    Reflect.deleteProperty(live, 'getInputTensorIds');
  };
}

function refuseForeignRandomness(op: string, input: readonly string[], declared: ReadonlySet<string>): void {
  if (!RANDOM_OPS.test(op)) return;
  if (STATELESS_OPS.test(op) && declared.has(input[SEED_INPUT] ?? '')) return;
  throw new Error(`${op} draws outside the context: use context.normal, .uniform or .dropout (${callSite()})`);
}

/**
 * Returns whether the op converts to the type that the value has already: the gradient of a tfjs clone does so, and it would hide a product
 * from the engine.
 */
function isVacuous(op: string, attributes: readonly OpAttribute[]): boolean {
  const typeOf = (wanted: string) => attributes.find(({ name }) => name === wanted)?.value;
  return op === 'Cast' && typeOf('SrcT') === typeOf('DstT');
}

function captured(): Error {
  return new Error(
    `a step uses a tensor that is neither a weight, nor a feed, nor made inside the step: hand it in as a feed (${callSite()})`,
  );
}

function dtypeNumber(tensor: Tensor): number {
  return DTYPE[tensor.dtype as DtypeName];
}

/** Returns the line that makes a node. Formatting a stack takes longer than most ops, so it is done only on request. */
function withOrigin(node: GraphNode): GraphNode {
  const here = stackHere();
  return {
    ...node,
    get origin() {
      return siteIn(here);
    },
  };
}

function callSite(): string {
  return siteIn(stackHere());
}

function stackHere(): Error {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = CALL_DEPTH;
  const here = new Error();
  Error.stackTraceLimit = limit;
  return here;
}

/** Returns the innermost source line outside the engine and its libraries. */
function siteIn({ stack = '' }: Error): string {
  const frames = stack.split('\n').slice(1);
  return (frames.find((frame) => !OWN_FRAMES.test(frame)) ?? 'engine').trim().replace(/^at /, '');
}

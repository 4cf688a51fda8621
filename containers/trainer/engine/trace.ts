// Tracing turns everything that JavaScript computes into constants. So every step is traced twice, and both graphs must be equal.
import { isDeepStrictEqual } from 'node:util';
import type { Tensor } from '@tensorflow/tfjs-node';
import type { GraphNode } from './graph.ts';
import { type Recorder, type Recording, record } from './record.ts';

/** `variant` is 0 and then 1: feeds, seed and step must differ between the two. */
export type Traced = (recorder: Recorder, variant: number) => Record<string, Tensor>;

/** Returns the graph of `compute`. Throws with the op and its line if a constant or the topology depends on the call. */
export function trace(prefix: string, compute: Traced): Recording {
  const first = record(prefix, (recorder) => compute(recorder, 0));
  const second = record(prefix, (recorder) => compute(recorder, 1));
  refuseDifference(prefix, first.nodes, second.nodes);
  return first;
}

function refuseDifference(prefix: string, first: readonly GraphNode[], second: readonly GraphNode[]): void {
  for (let i = 0; i < Math.max(first.length, second.length); i++) {
    const a = first[i];
    const b = second[i];
    if (a === undefined || b === undefined || a.op !== b.op || !isDeepStrictEqual(a.input, b.input)) {
      throw new Error(`${prefix}: the ops differ from call to call, from ${describe(a ?? b)} on: make it two programs`);
    }
    if (!isDeepStrictEqual(a.attr, b.attr)) {
      const what = a.op === 'Const' ? 'a constant computed in JavaScript' : 'an attribute';
      throw new Error(
        `${prefix}: ${what} differs from call to call at ${describe(a)}: feed it or draw it from the context`,
      );
    }
  }
}

function describe(node: GraphNode | undefined): string {
  return `${node?.op} (${node?.origin})`;
}

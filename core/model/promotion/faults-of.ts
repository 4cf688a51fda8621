// What is wrong with what a model draws, whatever its kind of data.
import type { TestMetrics } from '../messages/run.ts';
import { drawFaults } from './draw-faults.ts';
import type { ModelFault } from './model-fault.ts';
import { tableFaults } from './table-faults.ts';

/** Returns the faults, the gravest first; none where nothing was measured or nothing is wrong. */
export function faultsOf({ images, table }: Pick<TestMetrics, 'images' | 'table'>): ModelFault[] {
  return [...(images ? drawFaults(images) : []), ...(table ? tableFaults(table) : [])];
}

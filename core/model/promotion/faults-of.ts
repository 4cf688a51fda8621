// What is wrong with what a model draws, whatever its kind of data.
import type { TestMetrics } from '../messages/run.ts';
import { type DrawFault, drawFaults } from './draw-faults.ts';
import { type TableFault, tableFaults } from './table-faults.ts';

/** Returns the faults, the gravest first; none where nothing was measured or nothing is wrong. */
export function faultsOf({ images, table }: Pick<TestMetrics, 'images' | 'table'>): (DrawFault | TableFault)[] {
  return [...(images ? drawFaults(images) : []), ...(table ? tableFaults(table) : [])];
}

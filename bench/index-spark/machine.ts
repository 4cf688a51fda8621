// The session of Spark for datasets of a few items or of many.
import type { SparkMachine } from '../../containers/indexer/local-spark.ts';

/** Below it, compiling statements would take longer than running them. */
const TINY_ITEMS = 10_000;

export function machineFor(items: number): Pick<SparkMachine, 'processors' | 'memoryMiB' | 'isTiny'> {
  return { processors: 2, memoryMiB: 3_072, isTiny: items < TINY_ITEMS };
}

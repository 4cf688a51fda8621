// The session of Spark for datasets of a few items or of many.
import { type SparkMachine, TINY_ITEMS } from '../../containers/indexer/local-spark.ts';

export function machineFor(items: number): Pick<SparkMachine, 'processors' | 'memoryMiB' | 'isTiny'> {
  return { processors: 2, memoryMiB: 3_072, isTiny: items < TINY_ITEMS };
}

// Reads the parts of a snapshot, a few at a time, from rollups where possible.

import { readSourceParts } from '#core/snapshot/read-source-parts.ts';
import type { SourcePart } from '#core/snapshot/snapshot.ts';
import type { Store } from '#core/store/store.ts';

/** Number of parts read in parallel; the largest of those that are read whole has about 100 MiB. */
const READS_AT_ONCE = 8;

/**
 * Calls `visit` with the given columns of each part and its position, parts in no particular order, the rows of one in pieces: `first` is
 * the place of the first row of a piece. Throws CorruptObjectError like readSourceParts.
 */
export function readParts<Row>(
  data: Store,
  parts: readonly SourcePart[],
  columns: readonly (keyof Row & string)[],
  visit: (position: number, items: Row[], first: number) => void,
): Promise<void> {
  const placed = parts.map((part, position) => ({ position, part }));
  return readSourceParts<Row>(data, placed, { columns, atOnce: READS_AT_ONCE, visit });
}

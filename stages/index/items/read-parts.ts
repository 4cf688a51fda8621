// The parts of a snapshot, some at once: one by one, or together where tick has put them into one file.

import { readSourceParts } from '#core/snapshot/read-source-parts.ts';
import type { SourcePart } from '#core/snapshot/snapshot.ts';
import type { Store } from '#core/store/store.ts';

/** Parts held at once: the largest is about 100 MiB. */
const READS_AT_ONCE = 8;

/** Hands over the columns asked for of each part, by the part's place, in no particular order. Throws CorruptObjectError as readSourceParts does. */
export function readParts<Row>(
  data: Store,
  parts: readonly SourcePart[],
  columns: readonly (keyof Row & string)[],
  visit: (place: number, items: Row[]) => void,
): Promise<void> {
  const placed = parts.map((part, place) => ({ place, part }));
  return readSourceParts<Row>(data, placed, { columns, atOnce: READS_AT_ONCE, visit });
}

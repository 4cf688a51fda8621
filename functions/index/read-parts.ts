// The parts of a snapshot, in its order, some at once.
import type { SourcePart } from '#core/snapshot.ts';
import { readSourcePart } from '#core/source-part.ts';
import type { Store } from '#core/store/store.ts';

/** Parts held at once: the largest is about 100 MiB. */
const READS_AT_ONCE = 8;

/** Hands over the columns asked for of each part, by the part's place. Throws CorruptObjectError as readSourcePart does. */
export async function readParts<Row>(
  data: Store,
  parts: readonly SourcePart[],
  columns: readonly (keyof Row & string)[],
  visit: (place: number, items: Row[]) => void,
): Promise<void> {
  for (let start = 0; start < parts.length; start += READS_AT_ONCE) {
    const some = parts.slice(start, start + READS_AT_ONCE);
    const batch = await Promise.all(some.map((part) => readSourcePart<Row>(data, part, columns)));
    for (const [offset, items] of batch.entries()) visit(start + offset, items);
  }
}

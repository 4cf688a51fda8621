// How long the uploads of a dataset were being cleaned under a configuration: the estimate for cleaning them again.
import type { Inventory } from '#core/ingest/inventory.ts';
import { keys, parseVerdictKey } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';

/**
 * Returns the seconds in which at least one of the uploads waited for its verdicts, by the times of the stored files; null without
 * verdicts. An upload waits from the time at which it or the configuration came, whichever is later.
 */
export async function cleanTime(
  data: Store,
  { dataset, uploads }: Inventory,
  configId: string,
): Promise<number | null> {
  const configured = (await data.head(keys.config(dataset, configId)))?.modifiedAt.getTime() ?? 0;
  const ends = new Map<string, number>();
  for await (const { key, modifiedAt } of data.list(keys.verdicts(dataset, configId))) {
    const { uploadId = '' } = parseVerdictKey(key) ?? {};
    ends.set(uploadId, Math.max(ends.get(uploadId) ?? 0, modifiedAt.getTime()));
  }
  const waits = uploads.flatMap(({ uploadId, object }) => {
    const end = ends.get(uploadId);
    return end === undefined ? [] : [{ start: Math.max(configured, object.modifiedAt.getTime()), end }];
  });
  if (waits.length === 0) return null;
  let total = 0;
  let until = 0;
  for (const { start, end } of waits.sort((a, b) => a.start - b.start)) {
    total += Math.max(0, end - Math.max(start, until));
    until = Math.max(until, end);
  }
  return total / 1000;
}

// Keeps what was rejected, until the caps are reached: a line an item, and its bytes. The verdict counts all of it.

import { canonicalJson, sha256 } from '../base/hash.ts';
import { LIMITS } from '../base/limits.ts';
import type { Rejected } from '../kinds/define/cleaned.ts';
import { keys, type UnitPlace } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { QuarantinedItem } from './messages.ts';

export type Quarantine = {
  /** In the unit's order: which bytes are kept must not depend on which file was decoded first. */
  add(rejected: Rejected): Promise<void>;
  /** Writes the lines; nothing where nothing was rejected. */
  close(): Promise<void>;
};

export function openQuarantine(data: Store, place: UnitPlace): Quarantine {
  const lines: string[] = [];
  let lineBytes = 0;
  let keptItems = 0;
  let keptBytes = 0;
  return {
    async add({ path, issues, bytes, row }) {
      if (lines.length >= LIMITS.quarantineLines || lineBytes > LIMITS.quarantineLineBytes) return;
      const kept =
        bytes !== undefined &&
        bytes.length > 0 &&
        keptItems < LIMITS.quarantineItems &&
        keptBytes + bytes.length <= LIMITS.quarantineBytes;
      const line: QuarantinedItem = { path, issues: [...issues], ...(row !== undefined && { row }) };
      if (kept) {
        keptItems++;
        keptBytes += bytes.length;
        line.bytesSha256 = sha256(bytes);
        await data.put(keys.quarantinedBytes(place, line.bytesSha256), bytes, {
          contentType: 'application/octet-stream',
        });
      }
      const text = `${canonicalJson(line)}\n`;
      lines.push(text);
      lineBytes += text.length;
    },
    async close() {
      if (lines.length === 0) return;
      await data.put(keys.quarantine(place), lines.join(''), { contentType: 'application/x-ndjson' });
    },
  };
}

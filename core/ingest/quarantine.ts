// Stores rejected items up to the limits: one line for each item, and its bytes. The verdict counts all of them.

import { canonicalJson, sha256 } from '../base/hash.ts';
import { LIMITS } from '../base/limits.ts';
import type { Rejected } from '../kinds/define/cleaned.ts';
import { keys, type UnitPlace } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { QuarantinedItem, Verdict } from './messages.ts';

export type Quarantine = {
  /** Must be called in the unit's order, so that the stored bytes do not depend on which file was decoded first. */
  add(rejected: Rejected): Promise<void>;
  /** Writes the lines, and returns their key; undefined where nothing was rejected. */
  close(): Promise<string | undefined>;
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
      if (lines.length === 0) return undefined;
      const text = lines.join('');
      const key = keys.quarantine(place, sha256(text));
      await data.put(key, text, { contentType: 'application/x-ndjson' });
      return key;
    },
  };
}

/** Returns the key of the lines of what the unit rejected; nothing lies there where it rejected nothing. */
export function quarantineKeyOf(verdict: Verdict): string {
  return verdict.quarantine ?? keys.quarantineOfUnit(verdict);
}

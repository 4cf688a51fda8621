// Writes what answers add to the ledger of outputs. The same answer makes the same record, which is written once.
import { hashOf } from '#core/base/hash.ts';
import { OutputRecord } from '#core/model/messages/output-ledger.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import type { Outputs } from './outputs.ts';

/** Names of records that are known to be written. */
const KNOWN = 4096;

export type RecordOutputs = (dataset: string, outputs: Outputs) => Promise<void>;

export function recordOutputs(data: Store): RecordOutputs {
  const written = new Set<string>();
  return async (dataset, { modelId, contents, looks }) => {
    if (contents.length === 0) return;
    const record = OutputRecord.parse({
      schemaVersion: 1,
      dataset,
      modelId,
      contents: [...new Set(contents)].sort(),
      drawn: contents.length,
      equalPairs: equalPairs(contents),
      looks,
    });
    const key = keys.outputs(dataset, hashOf(record));
    if (written.has(key)) return;
    await data.put(key, JSON.stringify(record), { when: 'absent', contentType: 'application/json' });
    if (written.size >= KNOWN) written.clear();
    written.add(key);
  };
}

function equalPairs(contents: readonly string[]): number {
  const counts = new Map<string, number>();
  let pairs = 0;
  for (const content of contents) {
    const before = counts.get(content) ?? 0;
    pairs += before;
    counts.set(content, before + 1);
  }
  return pairs;
}

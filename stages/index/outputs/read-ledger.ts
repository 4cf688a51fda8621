// Reads the ledger of outputs as far as uploads can have come from it.
import { sha256 } from '#core/base/hash.ts';
import { OutputRecord } from '#core/model/messages/output-ledger.ts';
import type { PerceptualHash } from '#core/similarity/perceptual-hash.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { mapLimit } from '#core/store/map-limit.ts';
import type { Store } from '#core/store/store.ts';

const READS_AT_ONCE = 64;
const WORD_CHARACTERS = 8;

/** `digest`: equal for equal records. */
export type LedgerNames = { readonly names: readonly string[]; readonly digest: string };
export type Ledger = {
  readonly contents: ReadonlySet<string>;
  readonly looks: readonly { readonly hash: PerceptualHash; readonly fingerprint: Uint8Array }[];
  /** The probability that two draws are equal, from above. */
  readonly equalShare: number;
};

/**
 * Records that were written before the newest upload: what is drawn after it cannot be in any upload, and does not make another
 * snapshot. Undefined where there are none.
 */
export async function listLedger(
  data: Store,
  dataset: string,
  uploads: readonly { readonly object: { readonly modifiedAt: Date } }[],
): Promise<LedgerNames | undefined> {
  // Given as arguments, hundreds of thousands of uploads exceed the stack.
  const newest = uploads.reduce((most, { object }) => Math.max(most, object.modifiedAt.getTime()), 0);
  const names: string[] = [];
  for await (const { key, modifiedAt } of data.list(keys.ledger(dataset)))
    if (modifiedAt.getTime() <= newest) names.push(key);
  return names.length === 0 ? undefined : { names, digest: sha256(names.join('\n')) };
}

export async function readLedger(data: Store, { names }: LedgerNames): Promise<Ledger> {
  const contents = new Set<string>();
  const looks: Ledger['looks'][number][] = [];
  let pairs = 0;
  let equalPairs = 0;
  const add = ({ drawn, ...record }: OutputRecord) => {
    for (const content of record.contents) contents.add(content);
    for (const { hash, fingerprint } of record.looks)
      looks.push({ hash: hashFrom(hash), fingerprint: new Uint8Array(Buffer.from(fingerprint, 'base64')) });
    pairs += (drawn * (drawn - 1)) / 2;
    equalPairs += record.equalPairs;
  };
  await mapLimit(names, READS_AT_ONCE, async (key) => {
    const record = (await readJson(data, key, OutputRecord))?.value;
    if (record) add(record);
  });
  return { contents, looks, equalShare: Math.min(1, (equalPairs + 1) / Math.max(1, pairs)) };
}

function hashFrom(digits: string): PerceptualHash {
  return {
    high: Number.parseInt(digits.slice(0, WORD_CHARACTERS), 16),
    low: Number.parseInt(digits.slice(WORD_CHARACTERS), 16),
  };
}

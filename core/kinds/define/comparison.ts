// How the items of a dataset are compared with one another: what is read of them, what is measured, and which of near items is the best.
import type { PartRow } from '../../base/parquet-columns.ts';
import type { CropHash } from '../../similarity/crop-hashes.ts';
import type { PerceptualHash } from '../../similarity/perceptual-hash.ts';
import type { Likeness } from '../../similarity/thumbnail-similarity.ts';

/** What a near item is found by. `fingerprint`: what is compared; its length is `fingerprintBytes`. */
type Fingerprint = { readonly hash?: PerceptualHash; readonly fingerprint: Uint8Array };

type Preference = { readonly why: string; readonly of: (row: PartRow, flags: number) => number };

export type Comparison = {
  /** Read of every part besides the common columns. */
  readonly columns: readonly string[];
  readonly measures: readonly string[];
  readonly fingerprintBytes: number;
  /** By which copies and near items are ordered, the best first; each with what to say of it. */
  readonly better: readonly Preference[];
  readonly measure: (row: PartRow) => readonly (number | null)[];
  /** Undefined for kinds without near items. */
  readonly fingerprint?: (row: PartRow) => Fingerprint;
  /** Of two fingerprints, 1 of equal ones. */
  readonly likeness?: Likeness;
  /** What a fingerprint would be found by had a little been cut off. */
  readonly cropHashes?: (fingerprint: Uint8Array) => readonly CropHash[];
};

export const FEWER_FLAGS: Preference = { why: 'fewer flags', of: (_row, flags) => -flags };

/** Null for what is no finite number. */
export function numberOf(value: unknown): number | null {
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

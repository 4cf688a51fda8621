// Defines how the items of a dataset are compared with each other: which columns are read, what is measured, and which of several similar
// items is kept.
import type { PartRow } from '../../base/parquet-columns.ts';
import type { CropHash } from '../../similarity/crop-hashes.ts';
import type { PerceptualHash } from '../../similarity/perceptual-hash.ts';
import type { Likeness } from '../../similarity/thumbnail-similarity.ts';

/**
 * `hash` finds candidates. `fingerprint` is compared with those of the candidates; its length is `fingerprintBytes`.
 */
type Fingerprint = { readonly hash?: PerceptualHash; readonly fingerprint: Uint8Array };

type Preference = { readonly why: string; readonly of: (row: PartRow, flags: number) => number };

export type Comparison = {
  /** Columns of a part that are read in addition to the common ones. */
  readonly columns: readonly string[];
  readonly measures: readonly string[];
  readonly fingerprintBytes: number;
  /** Criteria that order copies and similar items, the most important first, each with the words that explain it. */
  readonly better: readonly Preference[];
  /** Returns a name of the content, which is equal for equal content however it was uploaded. Outputs of the endpoint are recognised by it. */
  readonly content: (row: PartRow) => string;
  /** Whether items that have nothing to do with one another are often equal: short texts, rows of few values. */
  readonly repeatsByChance: boolean;
  readonly measure: (row: PartRow) => readonly (number | null)[];
  /** Undefined for kinds whose items are not compared for similarity. */
  readonly fingerprint?: (row: PartRow) => Fingerprint;
  /** Returns the similarity of two fingerprints; 1 for equal ones. */
  readonly likeness?: Likeness;
  /** Returns the hashes of the fingerprint's crops, so that cropped copies are found. */
  readonly cropHashes?: (fingerprint: Uint8Array) => readonly CropHash[];
};

export const FEWER_FLAGS: Preference = { why: 'fewer flags', of: (_row, flags) => -flags };

/** Returns the value if it is a finite number, otherwise null. */
export function numberOf(value: unknown): number | null {
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

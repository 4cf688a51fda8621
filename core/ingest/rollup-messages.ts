// Messages of rollups: tick merges verdicts and small parts, so that a hundred thousand small objects are read only once.
import * as z from 'zod';
import { FirstVersion } from '../base/json/schema-version.ts';
import type { UploadRefusal, Verdict } from './messages.ts';

/**
 * rollups/<ds>/<configId>/current.json. Files never change, so a reader with an older version of this document stays correct as long as the
 * `retired` files, which are no longer in `files`, are kept.
 */
export const Rollup = z.strictObject({
  schemaVersion: z.literal(1),
  dataset: z.string(),
  configId: z.string(),
  generation: z.int().positive(),
  files: z.array(z.strictObject({ key: z.string(), sha256: z.string(), entries: z.int().positive() })),
  retired: z.array(z.strictObject({ key: z.string(), at: z.iso.datetime() })).default([]),
});
export type Rollup = z.infer<typeof Rollup>;

/** Rows of several parts, one part after the other. */
export const RolledFile = z.strictObject({ key: z.string(), rows: z.int().positive(), bytes: z.int().positive() });
export type RolledFile = z.infer<typeof RolledFile>;

/** The rows of one part inside a file of several. */
export const RolledPart = z.strictObject({ file: RolledFile, firstRow: z.int().min(0) });
export type RolledPart = z.infer<typeof RolledPart>;

/** `rolled`: position of the rows of the verdict's part; null if the part was not rolled up. */
export type VerdictEntry = {
  readonly verdict: Verdict;
  readonly rolled: { readonly file: number; readonly firstRow: number } | null;
};
export type RefusalEntry = { readonly refusal: UploadRefusal };

/** The unpacked content of a rollup file. `file` of an entry is an index of `parts`. */
export type RollupFile = {
  readonly entries: readonly (VerdictEntry | RefusalEntry)[];
  readonly parts: readonly RolledFile[];
};

/** rollups/<ds>/tick.json: the notes of the last call of tick about a dataset. */
export const TickNotes = z.strictObject({
  schemaVersion: FirstVersion,
  /** ISO 8601. */
  passedAt: z.string(),
  /**
   * Events before `untilMs` (milliseconds since 1970) that have not been sent again yet: those of keys after `afterKey`. Missing if all
   * were sent.
   */
  repeating: z.strictObject({ fromMs: z.number(), untilMs: z.number(), afterKey: z.string() }).optional(),
  /** Events were sent again for all moments up to here, in milliseconds since 1970; absent in notes of older releases. */
  repeatedUntilMs: z.number().optional(),
  /** Hash of the configuration, the uploads and their states; while it does not change, calls become rarer. */
  state: z.string(),
  /** Number of consecutive passes that found nothing new. */
  quietPasses: z.int().min(0),
  /** The last automatic start: the name of its execution. */
  started: z.strictObject({ name: z.string(), at: z.string() }).nullable(),
});
export type TickNotes = z.infer<typeof TickNotes>;

// Messages of rollups: tick merges verdicts and small parts, so that a hundred thousand small objects are read only once.
import * as z from 'zod';
import { FirstVersion } from '../base/json/schema-version.ts';
import type { UploadRefusal, Verdict } from './messages.ts';

/**
 * rollups/<ds>/<configId>/current.json. Files are never changed, so whoever holds an older one of these still reads rightly, for as
 * long as those `retired` since are kept: keys of which none is among `files` any more.
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

/** `rolled`: where the rows of the verdict's part lie; null where it was left as it is. */
export type VerdictEntry = {
  readonly verdict: Verdict;
  readonly rolled: { readonly file: number; readonly firstRow: number } | null;
};
export type RefusalEntry = { readonly refusal: UploadRefusal };

/** One of a rollup's files, unpacked. `file` of an entry is a place in `parts`. */
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
   * What of the moments up to `untilMs` (milliseconds since 1970) was not sent again yet: events of keys after `afterKey`. Absent
   * where all was.
   */
  repeating: z.strictObject({ fromMs: z.number(), untilMs: z.number(), afterKey: z.string() }).optional(),
  /** Events were sent again for all moments up to here, in milliseconds since 1970; absent in notes of older releases. */
  repeatedUntilMs: z.number().optional(),
  /** Hash of the configuration, the uploads and their states; while it does not change, calls become rarer. */
  state: z.string(),
  /** Passes in a row that found nothing new. */
  quietPasses: z.int().min(0),
  /** The last automatic start: the name of its execution. */
  started: z.strictObject({ name: z.string(), at: z.string() }).nullable(),
});
export type TickNotes = z.infer<typeof TickNotes>;

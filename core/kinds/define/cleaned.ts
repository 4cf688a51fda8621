// The input and the result of cleaning an item.
import type { IssueCode } from '../issues.ts';
import type { Change } from './change.ts';
import type { Issue } from './issue.ts';
import type { Remark } from './remark.ts';

/** The beginning of one file: enough for its type, more where a header is long. `size`: of the whole file in bytes, where it is known. */
export type Sample = { readonly path: string; readonly start: Uint8Array; readonly size?: number };

/**
 * Lines cut out of a text file: the number of the first one, and the encoding that the byte order mark of the file names.
 * `lines`: the unit takes only the documents that begin in these lines, counted from 1; null: all that follow.
 */
type Lines = {
  readonly firstLine?: number;
  readonly encoding?: 'utf-16le' | 'utf-16be' | null;
  readonly lines?: { readonly first: number; readonly count: number | null };
};

/** `path` is relative to the dataset or the archive. */
export type SourceFile = { readonly path: string } & (
  | ({ readonly ok: true; readonly bytes: Uint8Array } & Lines)
  | { readonly ok: false; readonly issue: Issue }
);

/** `bytes`: the original file, for kinds whose items are files. `row`: the original row or document, for the others. */
export type Rejected = {
  readonly accepted: false;
  readonly path: string;
  readonly issues: readonly [Issue, ...Issue[]];
  readonly bytes?: Uint8Array | undefined;
  readonly row?: string | undefined;
};
/** `changes`: the changes that rules made to the item, with examples. */
export type Accepted<Item> = {
  readonly accepted: true;
  readonly item: Item;
  readonly changes?: readonly Change[];
};
export type Cleaned<Item> = Accepted<Item> | Rejected;
/** A remark on a whole file, beside its items. */
export type Remarked = { readonly accepted: 'remark'; readonly remark: Remark };

/** `path` and `line` identify the item, as they do for a rejected one. */
export type AnyItem = {
  readonly flags: readonly IssueCode[];
  readonly fixes?: readonly string[];
  readonly path?: string;
  readonly line?: number | null;
};

// What goes into the cleaning of an item, and what comes of it.
import type { IssueCode } from '../issues.ts';
import type { Change } from './change.ts';
import type { Issue } from './issue.ts';

/** The beginning of one file: enough for its type, more where a header is long. `size`: of the whole file in bytes, where it is known. */
export type Sample = { readonly path: string; readonly start: Uint8Array; readonly size?: number };

/** Of lines cut out of a text: the number of the first, and the encoding that the text's own mark tells. */
type Lines = { readonly firstLine?: number; readonly encoding?: 'utf-16le' | 'utf-16be' | null };

/** `path` is relative to the dataset or the archive. */
export type SourceFile = { readonly path: string } & (
  | ({ readonly ok: true; readonly bytes: Uint8Array } & Lines)
  | { readonly ok: false; readonly issue: Issue }
);

/** `bytes`: the file as it came, for kinds that take a file as an item; `row`: the row or document as it came, for the others. */
export type Rejected = {
  readonly accepted: false;
  readonly path: string;
  readonly issues: readonly [Issue, ...Issue[]];
  readonly bytes?: Uint8Array | undefined;
  readonly row?: string | undefined;
};
/** `changes`: what rules changed in it, with an example for people. */
export type Accepted<Item> = {
  readonly accepted: true;
  readonly item: Item;
  readonly changes?: readonly Change[];
};
export type Cleaned<Item> = Accepted<Item> | Rejected;

/** `path` and `line` say which item it is, as they do of a rejected one. */
export type AnyItem = {
  readonly flags: readonly IssueCode[];
  readonly fixes?: readonly string[];
  readonly path?: string;
  readonly line?: number | null;
};

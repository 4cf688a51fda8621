// What the register says of one format.
import type { Kind } from '../../base/names.ts';
import type { Family } from '../define/kind-definition.ts';

/**
 * A signature: parts that must all be there, each `text`, `0x` with hexadecimal digits, or either after its offset: `@257 ustar`.
 */
export type Signature = string | readonly string[];

export type Format = {
  /** In words people know, with an article: "an Excel workbook (.xlsx)". */
  readonly name: string;
  /** As it stands in lists of what is read. */
  readonly short: string;
  /** Whose datasets read it. None: it is refused. */
  readonly kinds: readonly Kind[];
  /** How it goes on where it is read. */
  readonly family: Family;
  /** What to do with it where it is refused. `{file}` and `{name}` stand for the file, with and without its ending. */
  readonly wayOut?: string;
  /** Any of them is enough. */
  readonly signatures?: readonly Signature[];
  /** The media types by which file-type knows it. */
  readonly types?: readonly string[];
  /** For texts: a look at their beginning. */
  readonly tells?: (text: string) => boolean;
  /** For what has no signature: the name, and the size in bytes where that is known, beside the beginning. */
  readonly suits?: (file: { readonly path: string; readonly size?: number; readonly start: Uint8Array }) => boolean;
};

type Refused = Pick<Format, 'signatures' | 'types' | 'tells' | 'suits'>;

/** A format that is refused by its name. */
export function refused(name: string, wayOut: string, known: Refused = {}): Format {
  return { name, short: name, kinds: [], family: 'other', wayOut, ...known };
}

/** A format that is read. `known`: how it is told. */
export function readAs(
  family: Family,
  kinds: readonly Kind[],
  name: string,
  short: string,
  known: Refused = {},
): Format {
  return { name, short, kinds, family, ...known };
}

/** A signature that is all a format needs to be known by, and one media type. */
export function signed(...signatures: readonly Signature[]): Refused {
  return { signatures };
}

export function typed(...types: readonly string[]): Refused {
  return { types };
}

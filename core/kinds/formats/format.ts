// The facts that the register has about one format.
import type { Kind } from '../../base/names.ts';
import type { Family } from '../define/kind-definition.ts';

/**
 * A signature: parts that must all be there, each `text`, `0x` with hexadecimal digits, or either after its offset: `@257 ustar`.
 */
export type Signature = string | readonly string[];

export type Format = {
  /** The name in everyday words, with an article: "an Excel workbook (.xlsx)". */
  readonly name: string;
  /** The short name in lists of supported formats. */
  readonly short: string;
  /** Whose datasets read it. None: it is refused. */
  readonly kinds: readonly Kind[];
  /** How a supported format is processed. */
  readonly family: Family;
  /** The advice for a refused format. `{file}` and `{name}` stand for the file name with and without its extension. */
  readonly wayOut?: string;
  /** Any of them is enough. */
  readonly signatures?: readonly Signature[];
  /** The media types by which file-type knows it. */
  readonly types?: readonly string[];
  /** For text formats: checks the beginning of the text, and the name where the text alone does not tell. */
  readonly tells?: (text: string, path: string) => boolean;
  /**
   * For formats without a signature: checks the name, and the size in bytes if it is known, in addition to the beginning.
   */
  readonly suits?: (file: { readonly path: string; readonly size?: number; readonly start: Uint8Array }) => boolean;
};

type Refused = Pick<Format, 'signatures' | 'types' | 'tells' | 'suits'>;

/** A format that is refused by its name. */
export function refusedFormat(name: string, wayOut: string, known: Refused = {}): Format {
  return { name, short: name, kinds: [], family: 'other', wayOut, ...known };
}

/** Returns a supported format. `known`: how it is recognised. */
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

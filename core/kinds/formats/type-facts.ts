// Describes a file whose format is not supported, or not by this kind of dataset.
import { UNMARKED_UTF_16 } from '../../base/first-bytes.ts';
import type { Kind } from '../../base/names.ts';
import type { Issue } from '../define/issue.ts';
import { type FirstBytes, findFormat } from './find-format.ts';
import type { Format } from './format.ts';
import { looksLikeText } from './looks-like-text.ts';
import { readBy, readByAny } from './register.ts';

/** The description of bytes that match no format of the register. */
export const UNKNOWN_TYPE = 'bytes of no type that is known';
const SAVE_AS_UTF_8 =
  'Save it as UTF-8 (iconv -f UTF-16LE -t UTF-8 {file}), or name the encoding in dataset.yaml with the kind, such as table: { encoding: utf-16le }.';
const UNPACK = {
  zip: 'Unpack it, and pack its files instead: unzip {file}',
  tar: 'Unpack it, and pack its files instead: tar -xf {file}',
} as const;
const SAFE_NAME = /^[\w./+@=-]+$/;

export type TypeFacts = Pick<Issue, 'given' | 'allowed' | 'remedy'>;
/** `type`: its name if the register has no such format. */
export type FoundType = { readonly format?: Format | undefined; readonly type: string };

/** `kind`: kind of the dataset, if known. The advice of a refused format replaces the list of supported formats. */
export function typeFacts(
  { format, type }: FoundType,
  { path = '', kind }: { readonly path?: string | undefined; readonly kind?: Kind | undefined },
): TypeFacts {
  if (format?.wayOut !== undefined) return { given: format.name, remedy: commandFor(format.wayOut, path) };
  // An archive itself is opened, so that this one lies in another.
  if (format && (format.family === 'zip' || format.family === 'tar'))
    return { given: `${format.name} inside of an archive`, remedy: commandFor(UNPACK[format.family], path) };
  if (type === UNMARKED_UTF_16) return { given: type, remedy: commandFor(SAVE_AS_UTF_8, path) };
  return { given: format?.name ?? type, allowed: kind === undefined ? readByAny() : readBy(kind) };
}

/** The same, from the bytes. */
export async function typeFactsOf(file: FirstBytes, kind: Kind): Promise<TypeFacts> {
  const type = looksLikeText(file.start) ? 'text' : UNKNOWN_TYPE;
  return typeFacts({ format: await findFormat(file), type }, { path: file.path, kind });
}

/** A name that a shell would read otherwise stands in quotes. */
function commandFor(wayOut: string, path: string): string {
  const file = path.split('/').at(-1) || 'FILE';
  const quoted = (text: string) => (SAFE_NAME.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
  const name = file.replace(/(?<=.)\.[^.]+$/, '');
  return wayOut.replaceAll(/\{(file|name)\}/g, (_, which: string) => quoted(which === 'file' ? file : name));
}
